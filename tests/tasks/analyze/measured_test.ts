import assert from "node:assert/strict";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";
import { checkpointPath, writeCheckpoint } from "../../../model/run/checkpoint.ts";
import { writeMetrics } from "../../../model/run/metrics_file.ts";
import type { Run } from "../../../model/run/run.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import {
  measureNotes,
  measureRuns,
  requireAlike,
  requireOneDataset,
  spread,
} from "../../../tasks/analyze/measured.ts";
import { tinyReport } from "../../_support/evaluation_report.ts";
import { measuredAt } from "../../_support/measured_rows.ts";
import { temporary } from "../../_support/tiny.ts";

const dataset = { hash: "abc", labelSet: "top50", restricted: false, synthetic: true };
const { all, groups } = tinyReport.systems[0]!.tasks.icd!.splits.dev!;

/** A run in a folder, as it stands after an evaluation with this micro-F1 on some splits. */
async function evaluated(
  directory: string,
  request: ConfigRequest,
  splits: { readonly [split: string]: number },
): Promise<Run> {
  await Deno.mkdir(directory, { recursive: true });
  const found = Object.entries(splits).map(([split, micro_f1]) => {
    return [split, { all: { ...all, values: { ...all.values, micro_f1 } }, groups }];
  });
  const tasks = { icd: { threshold: 0.5, splits: Object.fromEntries(found) } };
  const systems = [{ system: "marn", tasks }];
  const bootstrap = { resamples: 0, seed: 1 };
  const weights = await writeCheckpoint(checkpointPath(directory, "best"), new Map(), {});
  const record = { dataset, weights, files: {}, engine: "some engine", bootstrap, systems };
  await writeMetrics(directory, record);
  const config = resolveConfig(request);
  return { directory, config, dataset: { ...dataset, directory: "data" } } as unknown as Run;
}

Deno.test("seeds of one configuration are taken together, other configurations apart", async () => {
  await using folder = await temporary();
  const measured = await measureRuns([
    await evaluated(`${folder.path}/1`, { seed: 1 }, { test: 0.5 }),
    await evaluated(`${folder.path}/2`, { ram: false }, { test: 0.9 }),
    await evaluated(`${folder.path}/3`, { seed: 2 }, { test: 0.75 }),
  ]);
  const found = measured.map(({ config, values }) => [config.seed, values.micro_f1]);
  const deviation = 25 * Math.SQRT1_2;
  assert.deepEqual(found, [
    [1, { mean: 62.5, deviation, paper: null }],
    [1, { mean: 90, deviation: null, paper: null }],
  ]);
});

Deno.test("test comes before dev, and dev stands where there is no test", async () => {
  await using folder = await temporary();
  const both = await evaluated(`${folder.path}/1`, {}, { dev: 0.5, test: 0.25 });
  const dev = await evaluated(`${folder.path}/2`, {}, { dev: 0.5 });
  const found = await Promise.all([both, dev].map((run) => measureRuns([run])));
  assert.deepEqual(found.map(([one]) => [one!.split, one!.values.micro_f1!.mean]), [
    ["test", 25],
    ["dev", 50],
  ]);
});

Deno.test("runs that were evaluated on different splits are not compared", async () => {
  await using folder = await temporary();
  const test = await evaluated(`${folder.path}/1`, {}, { test: 0.5 });
  const dev = await evaluated(`${folder.path}/2`, { seed: 2 }, { dev: 0.5 });
  await assert.rejects(measureRuns([test, dev]), {
    name: UsageError.name,
    message: /^comparing runs: .*\/1 was evaluated on test, .*\/2 on dev, expected one split;/,
  });
});

Deno.test("a run without metrics, or with those of train alone, is told to be evaluated", async () => {
  await using folder = await temporary();
  const train = await evaluated(`${folder.path}/1`, {}, { train: 0.5 });
  const remedy = /evaluate it again: deno task evaluate --run .*\/1$/;
  await assert.rejects(measureRuns([train]), { name: UsageError.name, message: remedy });
  await Deno.remove(`${folder.path}/1/metrics.json`);
  const never = /it is not there; evaluate the run first: deno task evaluate --run .*\/1$/;
  await assert.rejects(measureRuns([train]), { name: UsageError.name, message: never });
});

Deno.test("runs on two datasets are not compared", () => {
  const run = (hash: string) => ({ directory: `runs/${hash}`, dataset: { hash, directory: hash } });
  const runs = [run("a"), run("a"), run("b")] as unknown as Run[];
  requireOneDataset(runs.slice(0, 2));
  assert.throws(() => requireOneDataset(runs), {
    name: UsageError.name,
    message:
      "comparing runs: runs/a was trained on a, runs/b on b, expected one dataset; leave one " +
      "of them out",
  });
});

Deno.test("configurations may differ in what a figure shows alone", () => {
  const pair = [measuredAt({}, 1), measuredAt({ seed: 2, set: ["loss.gamma=1"] }, 2)];
  requireAlike(pair, ["seed", "loss.gamma"]);
  assert.throws(() => requireAlike(pair, ["loss.gamma"]), {
    name: UsageError.name,
    message: /^comparing runs: two differ in seed, expected a difference in loss\.gamma alone/,
  });
});

Deno.test("an error bar reaches a deviation up and down, and one seed has none", () => {
  assert.deepEqual(spread({ mean: 50, deviation: 2 }), { low: 48, high: 52 });
  assert.deepEqual(spread({ mean: 50, deviation: null }), { low: null, high: null });
});

Deno.test("notes name the split, and tell of what is there of the metrics that are drawn", () => {
  const split = "On the test split; F1 at a threshold of 0.5.";
  const paper = measuredAt({}, 50, { paper: 60 });
  const notes = measureNotes([paper, measuredAt({}, 1)], ["micro_f1"]);
  assert.deepEqual(notes, [split, "Marks without a line or a bar: the paper's numbers."]);
  assert.deepEqual(measureNotes([paper], []), [split]);
});
