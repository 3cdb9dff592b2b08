/**
 * The resplits of docs/trust.md. Of a run that was evaluated with `--scores`, or, with `--baseline`, of
 * logistic regression on its dataset:
 *
 * ```sh
 * deno run --allow-read --allow-env --allow-sys --allow-ffi tests/resplits/measure.ts \
 *   --run runs/marn --splits dev,test --precisions 0.9,0.85,0.8
 * ```
 *
 * @module
 */
// deno-lint-ignore-file no-console -- it has nobody else to tell
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fitBaseline } from "../../model/baselines/baselines.ts";
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { scoresFile } from "../../model/run/predictions.ts";
import { locateDataset, openRun, type Run } from "../../model/run/run.ts";
import { splitTruth } from "../../model/scoring.ts";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { type Dataset, openDataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { decodeSafetensors } from "../../pipeline/files/safetensors.ts";
import type { Split } from "../../pipeline/schema.ts";
import { formatPercent } from "../../tasks/cli/format.ts";
import { formatMarkdown } from "../../tasks/report/table.ts";
import { calibrateHalves, joinCases, keepPromises, type ScoredCases } from "./resplits.ts";

/** Resplits for promises, and for calibration. */
const RESPLITS = 200;
const CALIBRATIONS = 20;

const { values } = parseArgs({
  options: {
    run: { type: "string" },
    /** Its dataset; by default where it was when training began. */
    data: { type: "string" },
    splits: { type: "string", default: "dev,test" },
    precisions: { type: "string", default: "0.95,0.9,0.85,0.8" },
    confidence: { type: "string", default: "0.9" },
    baseline: { type: "boolean", default: false },
  },
});

/** What gives the scores of a split's documents. */
type Score = (split: Split, documents: Documents) => ScoreMatrix | Promise<ScoreMatrix>;

/** The scores that `evaluate --scores` left. */
function scoresOf({ directory, labels, config }: Run): Score {
  return async (split, { count }) => {
    const path = join(directory, scoresFile(split));
    const { tensors } = decodeSafetensors(await Deno.readFile(path), path);
    const { data } = tensors.get("scores")!;
    const scores = data as Float32Array;
    return { documents: count, labels: labels[config.target].length, scores };
  };
}

async function scoresOfBaseline(dataset: Dataset, { config: { target: task } }: Run) {
  const sizes = { vocabulary: dataset.vocabulary.length, labels: dataset.labels[task].length };
  using training = await readSplit(dataset, "train");
  const baseline = "bag-of-words logistic regression";
  const score = await fitBaseline(training, sizes, { baseline, task });
  return (_: Split, documents: Documents) => score(documents);
}

const run = await openRun(values.run ?? "runs/marn");
const dataset = await openDataset(values.data ?? await locateDataset(run));
const score: Score = values.baseline ? await scoresOfBaseline(dataset, run) : scoresOf(run);
const parts: ScoredCases[] = [];
for (const split of values.splits.split(",") as Split[]) {
  using documents = await readSplit(dataset, split);
  const truth = splitTruth(documents, run.config.target);
  parts.push({ matrix: await score(split, documents), truth });
}
const cases = joinCases(parts);
const share = (value: number) => formatPercent(value, "–");
console.log(formatMarkdown({
  title: `${cases.matrix.documents} cases, ${CALIBRATIONS} resplits: calibration`,
  columns: ["method", "ECE, %", "Brier"],
  rows: calibrateHalves(cases, CALIBRATIONS)
    .map(({ method, ece, brier }) => [method, (100 * ece).toFixed(2), brier.toFixed(4)]),
}));
console.log(formatMarkdown({
  title: `${cases.matrix.documents} cases, ${RESPLITS} resplits: promises`,
  columns: ["promised, %", "made in", "broken in", "of the assigned codes, %", "of the cases, %"],
  rows: keepPromises(cases, {
    precisions: values.precisions.split(",").map(Number),
    confidence: Number(values.confidence),
    resplits: RESPLITS,
  }).map(({ precision, made, broken, ofAssigned, ofCases }) => [
    share(precision),
    `${made}`,
    `${broken}`,
    share(ofAssigned),
    share(ofCases),
  ]),
}));
