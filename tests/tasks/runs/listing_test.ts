import assert from "node:assert/strict";
import { readOverview } from "../../../model/run/overview.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import {
  type ListedRun,
  listedRun,
  listTable,
  parseSortKey,
  sortRuns,
} from "../../../tasks/runs/listing.ts";
import { withScores } from "../../../tasks/runs/scores.ts";
import { Earlier } from "../../_support/earlier.ts";

using earlier = new Earlier();
const listed = listedRun(await withScores(await readOverview(earlier.run)));

/** The run under another name, with another score. */
function named(run: string, micro_f1: number | null): ListedRun {
  return { ...listed, run, metrics: { ...listed.metrics, micro_f1 } };
}

const names = (runs: readonly ListedRun[]) => runs.map(({ run }) => run);

Deno.test("a run for programs says what it is, where it stands and what it scored", () => {
  const { system, title, state, target, seed, epoch, epochs, split, problems } = listed;
  assert.deepEqual(
    { system, title, state, target, seed, epoch, epochs, split, problems },
    {
      system: "marn",
      title: "MARN, raw vectors",
      state: "finished",
      target: "icd",
      seed: 1,
      epoch: 2,
      epochs: 2,
      split: "test",
      problems: [],
    },
  );
});

Deno.test("metrics are sorted from the best down, a run without one last", () => {
  const runs = [named("a", 0.1), named("b", null), named("c", 0.3)];
  assert.deepEqual(names(sortRuns(runs, "micro_f1")), ["c", "a", "b"]);
});

Deno.test("names are sorted from the first on", () => {
  assert.deepEqual(names(sortRuns([named("b", 1), named("a", 0)], "run")), ["a", "b"]);
});

Deno.test("a metric that runs are sorted by is a column, even where it is none of the usual", () => {
  const { columns, rows } = listTable([listed], "map", "runs");
  assert.equal(columns[8], "MAP");
  assert.equal(rows[0]![8], (listed.metrics.map! * 100).toFixed(1));
});

Deno.test("the nearest key is named where --sort takes none such", () => {
  assert.throws(
    () => parseSortKey("micro_f"),
    (error) => error instanceof UsageError && error.message.endsWith("the nearest is micro_f1"),
  );
});
