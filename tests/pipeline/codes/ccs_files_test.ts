import { zipSync } from "fflate";
import assert from "node:assert/strict";
import { join } from "node:path";
import { readCcsFiles } from "../../../pipeline/codes/ccs_files.ts";
import { DataError } from "../../../pipeline/errors.ts";
import { temporary } from "../../_support/tiny.ts";

type Files = Record<string, string | Uint8Array>;

const DX = "note\nheader\n'4280 ','108  ','chf',\"CHF NOS\"\n";
const PR = "note\nheader\n'0066 ','45 ','PTCA',\"PTCA\"\n";
const whole: Files = { "$dxref 2015.csv": DX, "$prref 2015.csv": PR };
const bytesOf = (content: string | Uint8Array) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

function zipped(files: Files): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, bytesOf(content)]),
    ),
    { level: 0 },
  );
}

/** Reads the tables of a folder, or of a zip file with these bytes. */
async function read(content: Files | Uint8Array) {
  await using directory = await temporary();
  const path = join(directory.path, "ccs");
  if (content instanceof Uint8Array) await Deno.writeFile(path, content);
  else {
    await Deno.mkdir(path);
    for (const [name, file] of Object.entries(content)) {
      await Deno.writeFile(join(path, name), bytesOf(file));
    }
  }
  return await readCcsFiles(path);
}

/** Flips a bit of the file that holds `text`, as it lies in a zip file. */
function damaged(zip: Uint8Array, text: string): Uint8Array {
  const at = new TextDecoder("latin1").decode(zip).indexOf(text);
  assert.ok(at > 0);
  return zip.map((byte, i) => i === at ? byte ^ 1 : byte);
}

const refused: [name: string, content: Files | Uint8Array, said: RegExp][] = [
  [
    "fault 71: tables of two years",
    { ...whole, "$dxref 2014.csv": DX },
    /"\$dxref 2014\.csv" and "\$dxref 2015\.csv" could be the diagnosis table; expected one/,
  ],
  [
    "fault 71: macOS's twin",
    { ...whole, "._$prref 2015.csv": "\0\x05" },
    /"\$prref 2015\.csv" and "\._\$prref 2015\.csv"|"\._\$prref 2015\.csv" and "\$prref 2015\.csv"/,
  ],
  [
    "fault 71: tables of two years in one zip file",
    zipped({ "a/$prref 2013.csv": PR, "b/$prref 2015.csv": PR, "$dxref 2015.csv": DX }),
    /"a\/\$prref 2013\.csv" and "b\/\$prref 2015\.csv" could be the procedure table/,
  ],
  [
    "fault 71: a bit flipped in a zip file",
    damaged(zipped(whole), "CHF NOS"),
    /it is no whole zip file with right checksums; expected HCUP's/,
  ],
  ["fault 71: a zip file cut at its end", zipped(whole).subarray(0, -9), /it is no whole zip file/],
  [
    "fault 71: a table of over 64 MiB in a small zip file",
    zipSync({ "$dxref 2015.csv": new Uint8Array((64 << 20) + 1), "$prref 2015.csv": bytesOf(PR) }),
    /it holds a file of over 64 MiB; expected HCUP's/,
  ],
  ["fault 71: a table that is no UTF-8", {
    ...whole,
    "$dxref 2015.csv": Uint8Array.of(0x4e, 0xe9, 0x0a),
  }, /\$dxref 2015\.csv .*: it is not UTF-8/],
  [
    "fault 71: a table in a zip file that is no UTF-8",
    zipped({ ...whole, "$prref 2015.csv": Uint8Array.of(0xe9, 0x0a) }),
    /\$prref 2015\.csv .*: it is not UTF-8/,
  ],
  ["fault 1: no table of the procedures", { "$dxref 2015.csv": DX }, /no procedure table/],
  ["fault 1: no zip file", bytesOf("no zip"), /it is no whole zip file/],
];
for (const [name, content, said] of refused) {
  Deno.test(`${name} is refused`, async () => {
    await assert.rejects(read(content), (error: Error) => {
      assert.ok(error instanceof DataError, `${error.stack}`);
      assert.match(error.message, said);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}

Deno.test("fault 71: what macOS packs beside a zip file's tables is no table", async () => {
  const files = await read(zipped({ ...whole, "__MACOSX/._$dxref 2015.csv": "\0\x05" }));
  assert.deepEqual([files.diagnosis.text, files.procedure.text], [DX, PR]);
});
