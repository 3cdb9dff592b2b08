import assert from "node:assert/strict";
import { writeCalibration } from "../../../model/run/calibration_file.ts";
import { openModel } from "../../../tasks/predict/open_model.ts";
import { saidBy } from "../../_support/said.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** What is said when a run is opened. */
async function saidOf({ run }: TrainedRun): Promise<string[]> {
  return await saidBy(async () => {
    const { restored } = await openModel(run, "auto");
    restored.model.weights.dispose();
  });
}

Deno.test("of a run like any other nothing is said", async () => {
  await using trained = await TrainedRun.create();
  assert.deepEqual(await saidOf(trained), []);
});

Deno.test("a restricted run says so, and weights that are not the best, or newer than what is known", async () => {
  await using trained = await TrainedRun.create(
    { documents: { train: 9, dev: 1, test: 4 }, restricted: true },
    { set: ["model.hidden=4", "monitor=macro_auc"] },
  );
  await writeCalibration(trained.run, { weights: "0".repeat(64), tasks: {} });
  const [restricted, standIn, outdated, ...more] = await saidOf(trained);
  assert.match(restricted!, /^Made from /);
  assert.match(standIn!, /^warning: dev macro_auc was undefined .* of the latest epoch$/);
  assert.match(outdated!, /^warning: .*run was trained on since it was calibrated: evaluate it$/);
  assert.deepEqual(more, []);
});
