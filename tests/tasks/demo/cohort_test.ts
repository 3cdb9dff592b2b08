import assert from "node:assert/strict";
import { join } from "node:path";
import { silent } from "../../../pipeline/progress.ts";
import { ensureDemoCohort } from "../../../tasks/demo/cohort.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a cohort that is there is taken as it is", async () => {
  await using folder = await temporary();
  const manifest = join(folder.path, "data", "top50", "manifest.json");
  await Deno.mkdir(join(folder.path, "data", "top50"), { recursive: true });
  await Deno.writeTextFile(manifest, "as it is");
  assert.equal(await ensureDemoCohort(folder.path, silent), join(folder.path, "data"));
  assert.equal(await Deno.readTextFile(manifest), "as it is");
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["data"]);
});
