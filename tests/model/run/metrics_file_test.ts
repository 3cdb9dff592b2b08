import assert from "node:assert/strict";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import {
  formatMetrics,
  type MetricsRecord,
  parseMetrics,
  readEvaluated,
  readMetrics,
} from "../../../model/run/metrics_file.ts";
import { openRun } from "../../../model/run/run.ts";
import { Earlier } from "../../_support/earlier.ts";
import { TrainedRun } from "../../_support/trained_run.ts";
import { tinyIntervals, tinyReport } from "../../_support/evaluation_report.ts";

const { systems } = tinyReport;
const record: MetricsRecord = {
  dataset: { hash: "abc", labelSet: "top50", restricted: true, synthetic: false },
  weights: "1".repeat(64),
  files: { "predictions/dev.csv": "2".repeat(64) },
  engine: "some engine",
  bootstrap: { resamples: 0, seed: 1 },
  systems,
};

Deno.test("metrics that are read back are those that were written", () => {
  const { all, groups } = systems[0]!.tasks.icd!.splits.dev!;
  const dev = { all: { ...all, intervals: tinyIntervals }, groups };
  const tasks = { icd: { threshold: 0.25, splits: { dev } } };
  const text = formatMetrics({ ...record, systems: [...systems, { system: "marn", tasks }] });
  assert.equal(formatMetrics(parseMetrics(text, "metrics.json")), text);
});

Deno.test("a metric that is undefined is null in the file, and NaN again when read", () => {
  const macroAuc = ({ systems }: MetricsRecord) =>
    systems[0]!.tasks.icd!.splits.dev!.groups.procedures!.values.macro_auc;
  assert.equal(macroAuc(JSON.parse(formatMetrics(record))), null);
  assert.equal(macroAuc(parseMetrics(formatMetrics(record), "metrics.json")), NaN);
});

Deno.test("the file names its format, then what it is of, then what was found", () => {
  const text = formatMetrics({ ...record, systems: [] });
  const digest = JSON.parse(text).sha256;
  assert.equal(
    text,
    `{
  "format": "marn-metrics",
  "version": 2,
  "dataset": {
    "hash": "abc",
    "labelSet": "top50",
    "restricted": true,
    "synthetic": false
  },
  "weights": "${"1".repeat(64)}",
  "files": {
    "predictions/dev.csv": "${"2".repeat(64)}"
  },
  "engine": "some engine",
  "bootstrap": {
    "resamples": 0,
    "seed": 1
  },
  "systems": [],
  "sha256": "${digest}"
}
`,
  );
});

Deno.test("a file that is not as it was written is refused, and named", () => {
  const text = formatMetrics(record);
  const damaged = {
    "cut off": text.slice(0, -3),
    "of another version": text.replace('"version": 2', '"version": 3'),
    "with another value": text.replace('"threshold": 0.25', '"threshold": 0.3'),
    "with a key twice": text.replace('"engine"', '"engine": "another",\n  "engine"'),
    "with a key too many": text.replace('"engine"', '"machine": "",\n  "engine"'),
    "with a metric too few": text.replace(/"map": .*,/, ""),
    "with an unknown label set": text.replaceAll('"icd"', '"icd10"'),
  };
  for (const [what, text] of Object.entries(damaged)) {
    assert.throws(
      () => parseMetrics(text, "run/metrics.json"),
      (error) =>
        error instanceof IntegrityError && /^reading run\/metrics\.json: .+$/.test(error.message),
      what,
    );
  }
});

Deno.test("a run that was never evaluated is told how to be", async () => {
  await using trained = await TrainedRun.create();
  await assert.rejects(readMetrics(await openRun(trained.run)), {
    name: UsageError.name,
    message: /metrics\.json: it is not there; evaluate the run first: deno task evaluate --run /,
  });
});

Deno.test("fault 41: metrics of format version 1 are read", () => {
  const { weights: _weights, files: _files, ...old } = record;
  const { sha256: _sha256, ...written } = JSON.parse(formatMetrics(old));
  const text = JSON.stringify({ ...written, version: 1 });
  assert.equal(formatMetrics(parseMetrics(text, "metrics.json")), formatMetrics(old));
});

/** A run that was evaluated. */
async function evaluatedRun(): Promise<TrainedRun> {
  const trained = await TrainedRun.create();
  const { code, stderr } = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(code, 0, stderr);
  return trained;
}

Deno.test("metrics and what was written with them are read of the run that they are of", async () => {
  await using trained = await evaluatedRun();
  const run = await openRun(trained.run);
  const metrics = await readMetrics(run);
  for (const file of ["report.md", "predictions/dev.csv", "predictions/test.csv"]) {
    const bytes = await readEvaluated(run, metrics, file);
    assert.deepEqual(bytes, await Deno.readFile(`${trained.run}/${file}`));
  }
});

Deno.test("fault 40: metrics of other weights than the run's best are refused", async () => {
  await using trained = await evaluatedRun();
  await Deno.copyFile(`${trained.run}/last.safetensors`, `${trained.run}/best.safetensors`);
  await assert.rejects(readMetrics(await openRun(trained.run)), {
    name: IntegrityError.name,
    message: /metrics\.json: it is of other weights than the run's best; evaluate the run again$/,
  });
});

for (
  const [what, change, message] of [
    ["changed", (path) => Deno.writeTextFile(path, "\n", { append: true }), /not the one that/],
    ["missing", (path) => Deno.remove(path), /it does not exist/],
  ] as [string, (path: string) => Promise<void>, RegExp][]
) {
  Deno.test(`fault 40: predictions that are ${what} are refused`, async () => {
    await using trained = await evaluatedRun();
    const run = await openRun(trained.run);
    const metrics = await readMetrics(run);
    await change(`${trained.run}/predictions/dev.csv`);
    await assert.rejects(readEvaluated(run, metrics, "predictions/dev.csv"), {
      name: IntegrityError.name,
      message,
    });
  });
}

Deno.test("fault 40: metrics of an earlier version, which name no weights, are told by their system", async () => {
  using earlier = new Earlier();
  const path = `${earlier.run}/metrics.json`;
  const text = await Deno.readTextFile(path);
  const run = await openRun(earlier.run);
  assert.equal((await readMetrics(run)).systems[0]!.system, run.config.model.name);
  await Deno.writeTextFile(path, text.replace(/"system": "\w+"/, '"system": "cnn"'));
  await assert.rejects(readMetrics(run), {
    name: "IntegrityError",
    message: /metrics\.json: it is not of a \S+; evaluate the run again$/,
  });
});
