import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../pipeline/errors.ts";
import { findRuns } from "../../../tasks/runs/find.ts";
import { Earlier } from "../../_support/earlier.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("runs are found at any depth, in the order of their names", async () => {
  using earlier = new Earlier();
  const { directory } = earlier;
  await Deno.mkdir(join(directory, "a", "b"), { recursive: true });
  await Deno.rename(earlier.run, join(directory, "a", "b", "run"));
  await Deno.mkdir(join(directory, "a", "damaged"));
  for (const file of ["run.lock", "log.jsonl"]) {
    await Deno.writeTextFile(join(directory, "a", "damaged", file), "");
  }
  assert.deepEqual(await findRuns(directory), [
    join(directory, "a", "b", "run"),
    join(directory, "a", "damaged"),
  ]);
});

Deno.test("a run is found in itself", async () => {
  using earlier = new Earlier();
  assert.deepEqual(await findRuns(earlier.run), [earlier.run]);
});

Deno.test("a folder with somebody else's config.json is no run", async () => {
  await using folder = await temporary();
  await Deno.writeTextFile(join(folder.path, "config.json"), '{"model_type": "bert"}');
  assert.deepEqual(await findRuns(folder.path), []);
});

Deno.test("a folder that is not there is refused", async () => {
  await assert.rejects(findRuns("/nowhere/at/all"), UsageError);
});
