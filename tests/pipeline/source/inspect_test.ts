import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { checkInspection, Inspector, verifyDigest } from "../../../pipeline/source/inspect.ts";
import { openCsv } from "../../../pipeline/source/open_table.ts";
import { temporary } from "../../_support/tiny.ts";

async function file(directory: string, text: string) {
  const path = join(directory, "table.csv");
  await Deno.writeTextFile(path, text);
  return await openCsv(path, { required: ["a", "b"] });
}

Deno.test("a file is hashed and counted as it lies on disk", async () => {
  await using directory = await temporary();
  const text = 'a,b\n1,"x\ny"\n';
  const table = await file(directory.path, text);
  const inspector = new Inspector();
  try {
    const found = await inspector.inspect(table);
    const digest = sha256(new TextEncoder().encode(text));
    assert.deepEqual(found, {
      bytes: text.length,
      sha256: digest,
      records: 2,
      fault: null,
      invalidUtf8: null,
      oddity: null,
      spanning: true,
      brokenGzip: false,
    });
    await checkInspection(table, found);
    assert.equal(await verifyDigest(table, digest), false, "no list beside it");
    await Deno.writeTextFile(join(directory.path, "SHA256SUMS.txt"), `${digest} *x/table.csv\n`);
    assert.equal(await verifyDigest(table, digest), true);
    await assert.rejects(verifyDigest(table, "0".repeat(64)), DataError);
  } finally {
    inspector.close();
  }
});

Deno.test("fault 26: a file that changes while it is read is refused, and so is one that vanishes", async () => {
  await using directory = await temporary();
  const table = await file(directory.path, "a,b\n1,2\n");
  const inspector = new Inspector();
  try {
    const found = await inspector.inspect(table);
    await Deno.writeTextFile(table.path, "a,b\n1,3\n");
    await Deno.utime(table.path, new Date(), new Date(Date.now() + 5000));
    await assert.rejects(checkInspection(table, found), IntegrityError);
    await Deno.remove(table.path);
    await assert.rejects(checkInspection(table, found), IntegrityError);
    await assert.rejects(inspector.inspect(table), IntegrityError);
  } finally {
    inspector.close();
  }
});
