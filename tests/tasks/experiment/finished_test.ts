import assert from "node:assert/strict";
import { enginesOf, readFinished } from "../../../tasks/experiment/finished.ts";
import { writeResult } from "../../../tasks/experiment/result.ts";
import { runDirectory } from "../../../tasks/experiment/status.ts";
import { finishedRun, resultOf, table5Runs } from "../../_support/summary_runs.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("runs that have a result are finished, in the plan's order", async () => {
  await using folder = await temporary();
  const done = [table5Runs[2]!, table5Runs[0]!];
  for (const run of done) {
    await Deno.mkdir(runDirectory(folder.path, run), { recursive: true });
    await writeResult(runDirectory(folder.path, run), resultOf(0.5, 1));
  }
  const finished = await readFinished(folder.path, table5Runs);
  assert.deepEqual(finished.map(({ run }) => run), done.toReversed());
});

Deno.test("the engines are those that the results name, each once", () => {
  const by = (engine: string | undefined, seed: number) =>
    finishedRun("MARN", seed, { ...resultOf(0.5, 1), engine });
  assert.equal(enginesOf([]), "none yet");
  assert.equal(enginesOf([by("CUDA", 1), by("CUDA", 2)]), "CUDA");
  assert.equal(enginesOf([by("CUDA", 1), by(undefined, 2)]), "CUDA and not recorded");
});
