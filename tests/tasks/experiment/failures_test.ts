import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import { forgetFailure, keepFailure, readFailures } from "../../../tasks/experiment/failures.ts";
import { table5Runs } from "../../_support/summary_runs.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a failure is there until its run is tried again", async () => {
  await using folder = await temporary();
  const [first, second] = table5Runs;
  assert.deepEqual(await readFailures(folder.path, table5Runs), []);
  await keepFailure(folder.path, second!, new DataError("no documents"));
  const failed = [{ run: second, failure: "no documents" }];
  assert.deepEqual(await readFailures(folder.path, table5Runs), failed);
  forgetFailure(folder.path, first!);
  assert.deepEqual(await readFailures(folder.path, table5Runs), failed);
  forgetFailure(folder.path, second!);
  assert.deepEqual(await readFailures(folder.path, table5Runs), []);
});

Deno.test("a failure that cannot be read says nothing", async () => {
  await using folder = await temporary();
  const [run] = table5Runs;
  await keepFailure(folder.path, run!, new DataError("no documents"));
  await Deno.writeTextFile(`${folder.path}/failures/${run!.name}.json`, "{");
  assert.deepEqual(await readFailures(folder.path, table5Runs), []);
});
