import assert from "node:assert/strict";
import { countByDocument, pairedBootstrap } from "../../../model/metrics/bootstrap/paired.ts";
import { readOverview } from "../../../model/run/overview.ts";
import { DataError } from "../../../pipeline/errors.ts";
import { compareRuns } from "../../../tasks/runs/comparison.ts";
import { type ScoredRun, withScores } from "../../../tasks/runs/scores.ts";
import { RESAMPLES } from "../../../tasks/experiment/summary.ts";
import { Earlier } from "../../_support/earlier.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

using earlier = new Earlier();
const run = await withScores(await readOverview(earlier.run));

const sample = sampleScores({ documents: 40, labels: 6, steps: 50, seed: 3 });
const better = sampleScores({ documents: 40, labels: 6, steps: 50, seed: 4 });
const options = { threshold: 0.5, k: 8 } as const;
const [one, other] = [sample, better].map(({ matrix }) =>
  countByDocument(matrix, sample.truth, options)
);

/** The run with these counts, changed. */
function scored(counts: typeof one, change: Partial<ScoredRun> = {}): ScoredRun {
  const values = { micro_f1: 0.5, map: NaN };
  const scores = [{ split: "test" as const, values, counts: () => Promise.resolve(counts!) }];
  return { ...run, scores, ...change };
}

Deno.test("keys of the configuration that differ stand beside each other", async () => {
  const { record } = run;
  const config = { ...record!.config, batchSize: 99 };
  const { differences } = await compareRuns([run, { ...run, record: { ...record!, config } }]);
  assert.deepEqual(differences, [
    { key: "batchSize", values: [record!.config.batchSize, 99] },
  ]);
});

Deno.test("p-values are the paired bootstrap's", async () => {
  const { metrics } = await compareRuns([scored(one), scored(other)]);
  const expected = pairedBootstrap(other!, one!, { size: RESAMPLES, seed: 1 }); // P@8: all labels
  const p = Object.fromEntries(metrics.map(({ metric, p }) => [metric, p]));
  assert.deepEqual([p.micro_f1, p["p@8"], p.map], [expected.microF1, expected.precision, null]);
});

Deno.test("a run does not differ from itself", async () => {
  using earlier = new Earlier();
  const run = await withScores(await readOverview(earlier.run));
  const { differences, metrics } = await compareRuns([run, run]);
  assert.deepEqual(differences, []);
  assert.deepEqual(metrics.filter(({ difference }) => difference !== null && difference !== 0), []);
  assert.equal(metrics.find(({ metric }) => metric === "micro_f1")!.p, 1);
});

for (
  const [what, change, note] of [
    ["was not evaluated", { scores: [] }, /has no evaluation: deno task evaluate/],
    [
      "is about other labels",
      { record: { ...run.record!, config: { ...run.record!.config, target: "ccs" as const } } },
      /different label sets: icd and ccs/,
    ],
    [
      "was evaluated on another split",
      { scores: [{ ...run.scores[0]!, split: "train" as const }] },
      /different splits/,
    ],
    [
      "was made on another dataset",
      { record: { ...run.record!, dataset: { ...run.record!.dataset, hash: "other" } } },
      /No p-values: .*different datasets/,
    ],
  ] as const
) {
  Deno.test(`there are no p-values where one ${what}, and the reason is said`, async () => {
    const { metrics, notes } = await compareRuns([run, { ...run, ...change }]);
    assert.ok(metrics.every(({ p }) => p === null));
    assert.match(notes[0]!, note);
  });
}

Deno.test("a run whose record cannot be read cannot be compared", async () => {
  const damaged = { ...run, record: undefined, problems: ["reading config.json: cut"] };
  await assert.rejects(compareRuns([run, damaged]), DataError);
});
