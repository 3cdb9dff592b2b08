import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../../pipeline/files/read.ts";
import { openScratch } from "../../../tasks/cli/scratch.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("scratch room is empty, whatever was left there, and goes with all that is put into it", async () => {
  await using directory = await temporary();
  const folder = join(directory.path, "scratch");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "left"), "");
  {
    await using limits = await openScratch(folder);
    assert.equal(limits.temporary, folder);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    await Deno.writeTextFile(join(folder, "spilled"), "");
  }
  assert.ok(!await exists(folder));
});
