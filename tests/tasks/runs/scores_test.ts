import assert from "node:assert/strict";
import { join } from "node:path";
import { readOverview } from "../../../model/run/overview.ts";
import { withScores } from "../../../tasks/runs/scores.ts";
import { writeResult } from "../../../tasks/experiment/result.ts";
import { Earlier } from "../../_support/earlier.ts";

Deno.test("a run's scores are those of its evaluation, test first", async () => {
  using earlier = new Earlier();
  const { scores, metrics } = await withScores(await readOverview(earlier.run));
  assert.deepEqual(scores.map(({ split }) => split), ["test", "dev"]);
  assert.equal(scores[0]!.values, metrics!.systems[0]!.tasks.icd!.splits.test!.all.values);
});

Deno.test("its documents' counts add up to its metrics", async () => {
  using earlier = new Earlier();
  const { scores } = await withScores(await readOverview(earlier.run));
  const { hits, assigned, positive } = await scores[0]!.counts();
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const { micro_precision, micro_recall } = scores[0]!.values;
  const expected = [sum(hits) / sum(assigned), sum(hits) / sum(positive)];
  [micro_precision!, micro_recall!].forEach((value, at) =>
    assert.ok(Math.abs(value - expected[at]!) < 1e-12)
  );
});

Deno.test("a run that was evaluated by a reproduction alone has what that kept", async () => {
  using earlier = new Earlier();
  await Deno.remove(join(earlier.run, "metrics.json"));
  const counts = { hits: [1], assigned: [1], positive: [2], precision: [0.2] };
  await writeResult(earlier.run, {
    tasks: { icd: { values: { micro_f1: 0.25 }, counts } },
    split: "dev",
    epochs: 1,
    parameters: 2,
    seconds: 3,
  });
  const { scores } = await withScores(await readOverview(earlier.run));
  assert.deepEqual(scores.map(({ split, values }) => [split, values]), [
    ["dev", { micro_f1: 0.25 }],
  ]);
  assert.deepEqual(await scores[0]!.counts(), counts);
});

Deno.test("a run that was never evaluated has no scores", async () => {
  using earlier = new Earlier();
  await Deno.remove(join(earlier.run, "metrics.json"));
  assert.deepEqual((await withScores(await readOverview(earlier.run))).scores, []);
});
