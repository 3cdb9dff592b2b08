import assert from "node:assert/strict";
import { type CheckpointName, checkpointPath } from "../../../model/run/checkpoint.ts";
import { openRun, type Run } from "../../../model/run/run.ts";
import { surveyCheckpoints, withSurvey } from "../../../model/run/survey.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { stopAfter, Workshop } from "../../_support/workshop.ts";

await startEngine();

/** A run of two epochs, and what fails at one of its checkpoints. */
async function trainedRun(): Promise<{ readonly shop: Workshop; readonly run: Run } & Disposable> {
  const shop = await Workshop.open();
  await shop.train();
  return { shop, run: await openRun(shop.run), [Symbol.dispose]: () => shop[Symbol.dispose]() };
}

/** The error where one of the checkpoints was wanted in vain. */
function fail(run: Run, wanted: CheckpointName): Promise<never> {
  return withSurvey(run, wanted, () => Promise.reject(new IntegrityError(`no ${wanted}`)));
}

Deno.test("fault 39: checkpoints that were read whole are named with their steps", async () => {
  using trained = await trainedRun();
  const survey = await surveyCheckpoints(trained.run);
  assert.match(
    survey,
    /^read and whole: last \(step 6\), previous \(step 3\), best \(step [36]\)$/,
  );
});

Deno.test("fault 39: one that is damaged, missing or another run's is not called whole", async () => {
  using trained = await trainedRun();
  using other = await Workshop.open();
  await other.train({ changes: { seed: 5 } });
  trained.shop.damage("last");
  await Deno.remove(trained.shop.path("best"));
  await Deno.copyFile(other.path("last"), trained.shop.path("previous"));
  assert.equal(
    await surveyCheckpoints(trained.run),
    "no checkpoint was read whole; last: its SHA-256 is not the one that it records; " +
      "previous: of seed 5 instead of 1; best: it does not exist",
  );
});

for (
  const [wanted, lost, remedy] of [
    ["last", [], /; go on with --resume previous$/],
    ["last", ["previous"], /; evaluate best as it is, or train anew with another --out$/],
    ["last", ["previous", "best"], /; train anew with another --out$/],
    ["previous", [], /; go on with --resume$/],
    ["best", [], /; restore best\.safetensors from a copy, or train anew with another --out$/],
  ] as [CheckpointName, CheckpointName[], RegExp][]
) {
  const without = lost.length > 0 ? `without ${lost.join(" and ")} ` : "";
  Deno.test(`fault 39: where ${wanted} fails, a run ${without}says what can be done`, async () => {
    using trained = await trainedRun();
    for (const name of lost) await Deno.remove(checkpointPath(trained.shop.run, name));
    await assert.rejects(fail(trained.run, wanted), (error: Error) => {
      assert.ok(error instanceof IntegrityError);
      assert.match(error.message, new RegExp(`^no ${wanted}; `));
      assert.match(error.message, remedy);
      return true;
    });
  });
}

Deno.test("fault 39: a run that was stopped in its first epoch says that it can be gone on with", async () => {
  using shop = await Workshop.open();
  await shop.train(stopAfter(1));
  await assert.rejects(
    fail(await openRun(shop.run), "best"),
    /read and whole: last \(step 1\).*; its first epoch is not finished: train on with --resume$/,
  );
});

Deno.test("a defect is passed on as it is", async () => {
  using trained = await trainedRun();
  const defect = new TypeError("a defect");
  await assert.rejects(withSurvey(trained.run, "last", () => Promise.reject(defect)), defect);
});
