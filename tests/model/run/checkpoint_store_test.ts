import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { currentEngine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import {
  type CheckpointName,
  checkpointPath,
  readCheckpoint,
  readCheckpointFacts,
} from "../../../model/run/checkpoint.ts";
import {
  createCheckpointStore,
  restoreTraining,
  type RunInTraining,
} from "../../../model/run/checkpoint_store.ts";
import { createRun, type Run } from "../../../model/run/run.ts";
import { tuneThreshold } from "../../../model/metrics/threshold.ts";
import { scoreDocuments, splitTruth } from "../../../model/scoring.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { startState, type TrainState } from "../../../model/train/train_state.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { perTask } from "../../../pipeline/schema.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";
import { createToy, toyConfig, toyDocuments, weightValues } from "../../_support/toy.ts";

const config = toyConfig();
const dev = toyDocuments(8, 3);
const third: TrainState = { ...startState, step: 3, position: 3 };

/** Goes on with the last checkpoint of the same engine. */
const goOn = { checkpoint: "last", anyEngine: false } as const;

/** A toy in training, after one step whose gradients are the weights themselves. */
async function startToy(directory: string, seed = 1): Promise<RunInTraining> {
  await writeTinyDataset(`${directory}/data`);
  const model = createToy(seed);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  tf.tidy(() => {
    const gradients = model.weights.trainable()
      .map(({ name, variable }) => [name, tf.clone(variable)] as const);
    optimizer.update(new Map(gradients));
  });
  const dataset = await openDataset(`${directory}/data`);
  const engine = currentEngine();
  const run = await createRun(`${directory}/run`, { config, dataset, engine });
  return { run, engine, model, optimizer };
}

async function metadata(
  { run }: RunInTraining,
  name: CheckpointName,
): Promise<{ readonly [key: string]: string }> {
  return (await readCheckpointFacts(checkpointPath(run.directory, name))).metadata;
}

onEveryEngine("the last checkpoint has the state, and the one before is kept", async () => {
  await using directory = await temporary();
  const run = await startToy(directory.path);
  const store = createCheckpointStore(run, dev);
  await store.saveLast(startState);
  await store.saveLast(third);
  const { state: last } = await metadata(run, "last");
  const { state: previous } = await metadata(run, "previous");
  assert.deepEqual([last, previous].map((text) => JSON.parse(text!)), [third, startState]);
});

onEveryEngine(
  "fault 28: where last and previous are one file, as a kill leaves them, no third name stays",
  async () => {
    await using directory = await temporary();
    const run = await startToy(directory.path);
    const store = createCheckpointStore(run, dev);
    await store.saveLast(startState);
    const path = (name: CheckpointName) => checkpointPath(run.run.directory, name);
    await Deno.link(path("last"), path("previous"));
    await store.saveLast(third);
    const names = [...Deno.readDirSync(run.run.directory)].map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.endsWith(".tmp")), []);
  },
);

onEveryEngine("weights, moments and state come back as they were kept", async () => {
  await using directory = await temporary();
  const run = await startToy(directory.path);
  await createCheckpointStore(run, dev).saveLast(third);
  await using other = await temporary();
  const fresh = { ...await startToy(other.path, 2), run: run.run };
  const { state } = await restoreTraining(fresh, goOn);
  assert.deepEqual(state, third);
  assert.deepEqual(weightValues(fresh.model), weightValues(run.model));
  const moments = ({ optimizer }: RunInTraining) =>
    [...optimizer.state()].map(([name, tensor]) => [name, ...tensor.dataSync()]);
  assert.deepEqual(moments(fresh), moments(run));
});

onEveryEngine("the best checkpoint has the weights, and no moments", async () => {
  await using directory = await temporary();
  const run = await startToy(directory.path);
  const scores = await scoreDocuments(run.model, dev, config);
  await createCheckpointStore(run, dev).saveBest(third, scores);
  const { tensors } = await readCheckpoint(checkpointPath(run.run.directory, "best"));
  assert.deepEqual([...tensors.keys()].sort(), Object.keys(weightValues(run.model)).sort());
});

onEveryEngine("the best checkpoint has thresholds that are tuned on dev", async () => {
  await using directory = await temporary();
  const run = await startToy(directory.path);
  const scores = await scoreDocuments(run.model, dev, config);
  await createCheckpointStore(run, dev).saveBest(third, scores);
  const { thresholds } = await metadata(run, "best");
  const expected = perTask((task) => tuneThreshold(scores[task]!, splitTruth(dev, task)));
  assert.deepEqual(JSON.parse(thresholds!), expected);
});

onEveryEngine("label sets without scores have no threshold", async () => {
  await using directory = await temporary();
  const run = await startToy(directory.path);
  const { ccs } = await scoreDocuments(run.model, dev, config);
  await createCheckpointStore(run, dev).saveBest(third, { ccs: ccs! });
  const { thresholds } = await metadata(run, "best");
  assert.deepEqual(Object.keys(JSON.parse(thresholds!)), ["ccs"]);
});

/** A training of a run of which something is otherwise. */
function withRun({ run, ...rest }: RunInTraining, changes: Partial<Run>): RunInTraining {
  return { ...rest, run: { ...run, ...changes } };
}

for (
  const [what, change, message] of [
    [
      "configuration",
      (training) => withRun(training, { config: assign(config, { seed: 9 }) }),
      /last.safetensors: it was trained with seed 1 instead of 9; no checkpoint was read whole/,
    ],
    [
      "dataset",
      ({ run, ...rest }) => {
        const dataset = { ...run.dataset, hash: "0".repeat(64) };
        return withRun({ run, ...rest }, { dataset });
      },
      /trained with another dataset; .*; train anew with another --out/,
    ],
    [
      "engine",
      (training) => ({ ...training, engine: { ...training.engine, name: "cuda" } }),
      /written by another engine, \w+; expected cuda; use --engine \w+, or add --any-engine/,
    ],
    [
      "vocabulary",
      (training) => withRun(training, { files: { "vocabulary.txt": "0".repeat(64) } }),
      /trained with another vocabulary.txt, another labels\/icd.csv/,
    ],
  ] as [string, (run: RunInTraining) => RunInTraining, RegExp][]
) {
  onEveryEngine(
    `fault 40: a checkpoint of another ${what} is refused, and nothing is changed`,
    async () => {
      await using directory = await temporary();
      const run = await startToy(directory.path);
      await createCheckpointStore(run, dev).saveLast(third);
      const model = createToy(2);
      const before = weightValues(model);
      await assert.rejects(
        restoreTraining({ ...change(run), model }, goOn),
        (error) => error instanceof IntegrityError && message.test(error.message),
      );
      assert.deepEqual(weightValues(model), before);
    },
  );
}

onEveryEngine("a checkpoint of another engine is taken where that is allowed", async () => {
  await using directory = await temporary();
  const run = await startToy(directory.path);
  await createCheckpointStore(run, dev).saveLast(third);
  const engine = { ...run.engine, name: "cuda" } as const;
  const options = { checkpoint: "last", anyEngine: true } as const;
  assert.deepEqual((await restoreTraining({ ...run, engine }, options)).state, third);
});
