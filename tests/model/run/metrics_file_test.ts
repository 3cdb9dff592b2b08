import assert from "node:assert/strict";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import {
  formatMetrics,
  type MetricsRecord,
  parseMetrics,
  readMetrics,
  writeMetrics,
} from "../../../model/run/metrics_file.ts";
import { temporary } from "../../_support/tiny.ts";
import { tinyIntervals, tinyReport } from "../../_support/evaluation_report.ts";

const { systems } = tinyReport;
const record: MetricsRecord = {
  dataset: { hash: "abc", labelSet: "top50", restricted: true, synthetic: false },
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
  assert.equal(
    text,
    `{
  "format": "marn-metrics",
  "version": 1,
  "dataset": {
    "hash": "abc",
    "labelSet": "top50",
    "restricted": true,
    "synthetic": false
  },
  "engine": "some engine",
  "bootstrap": {
    "resamples": 0,
    "seed": 1
  },
  "systems": []
}
`,
  );
});

Deno.test("a run's metrics are read from where they were written", async () => {
  await using run = await temporary();
  await writeMetrics(run.path, record);
  assert.equal(formatMetrics(await readMetrics(run.path)), formatMetrics(record));
});

Deno.test("a run that was never evaluated is told how to be", async () => {
  await using run = await temporary();
  await assert.rejects(readMetrics(run.path), {
    name: UsageError.name,
    message: /metrics\.json: it is not there; evaluate the run first: deno task evaluate --run /,
  });
});

Deno.test("a file that is not as it was written is refused, and named", () => {
  const text = formatMetrics(record);
  const damaged = {
    "cut off": text.slice(0, -3),
    "of another version": text.replace('"version": 1', '"version": 2'),
    "with a key too many": text.replace('"engine"', '"machine": "",\n  "engine"'),
    "with a metric too few": text.replace(/"map": .*,/, ""),
    "with an unknown label set": text.replaceAll('"icd"', '"icd10"'),
  };
  for (const [what, text] of Object.entries(damaged)) {
    assert.throws(
      () => parseMetrics(text, "run/metrics.json"),
      (error) =>
        error instanceof IntegrityError && /^reading run\/metrics\.json: /.test(error.message),
      what,
    );
  }
});
