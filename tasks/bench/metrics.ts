/**
 * Evaluating a matrix of scores.
 *
 * @module
 */
import { join } from "node:path";
import { drawResamples } from "../../model/metrics/bootstrap/resamples.ts";
import { evaluateScores } from "../../model/metrics/evaluate.ts";
import type { Values } from "../../model/metrics/names.ts";
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { joinRows, type LabelRows } from "../../pipeline/dataset/documents.ts";
import { IntegrityError } from "../../pipeline/errors.ts";
import { createRandom } from "../../pipeline/random.ts";
import { formatWhole } from "../cli/format.ts";
import { spreadOf, timeOnce, timeRuns } from "./measure.ts";
import { answer, type PeerMore, type Work, type WorkRequest } from "./process.ts";
import { compare, comparisonTable, type ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";

interface Evaluated extends PeerMore {
  readonly values: Readonly<Record<string, number>>;
}

/** How far a metric may be from scikit-learn's. */
const TOLERANCE = 1e-6;

/** All metrics of a matrix of scores, beside scikit-learn's AUC and F1, which must be equal. */
export const metricsTopic: Topic = { name: "metrics", measure: measureMetrics };

async function measureMetrics(session: BenchSession): Promise<ResultTable[]> {
  const pair = await session.pair<Evaluating, Evaluated>({
    name: "metrics",
    ours: metricsWork,
    theirs: { name: "metrics", script: import.meta.resolve("./peers/metrics.py") },
  });
  const { values } = pair.ours[0]!.more;
  const theirs = pair.theirs[0]?.more.values;
  const difference = theirs && largestDifference(values, theirs);
  if (difference !== undefined && !(difference <= TOLERANCE)) {
    session.fail(
      new IntegrityError(
        `comparing metrics with scikit-learn's: they differ by up to ${difference}; ` +
          `expected at most ${TOLERANCE}`,
      ),
    );
  }
  const { documents, labels } = session.request.matrix;
  const size = `${formatWhole(documents)} × ${formatWhole(labels)}`;
  return [comparisonTable([
    { ...compare(`metrics of ${size} scores`, pair), difference },
    {
      work: "metrics with intervals of 1,000 resamples",
      here: spreadOf(pair.ours.map(({ more }) => more.withIntervals)),
    },
  ])];
}

/** The largest difference in what both have; not a number where ours lacks one of theirs. */
export function largestDifference(
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): number {
  return Math.max(
    ...Object.entries(theirs).map(([name, value]) => Math.abs(value - (ours[name] ?? NaN))),
  );
}

/** What evaluating found. */
interface Evaluating {
  readonly values: Values;
  /** Seconds with 1,000 resamples for intervals. */
  readonly withIntervals: number;
}

/** All metrics of a made-up matrix, without and with intervals; the matrix is left for the peer. */
export const metricsWork: Work<Evaluating> = {
  name: "metrics",
  script: import.meta.url,
  async run({ folder, runs, matrix }) {
    const { scores, truth } = makeScores(matrix);
    await Promise.all([
      Deno.writeFile(join(folder, "scores.f32"), bytesOf(scores.scores)),
      Deno.writeFile(join(folder, "offsets.i32"), bytesOf(truth.offsets)),
      Deno.writeFile(join(folder, "indices.i32"), bytesOf(truth.indices)),
    ]);
    const options = { threshold: 0.4 };
    const { values } = evaluateScores(scores, truth, options);
    const seconds = await timeRuns(runs, () => void evaluateScores(scores, truth, options));
    const withIntervals = await timeOnce(() => {
      const resamples = drawResamples(matrix.documents, { size: 1000, seed: 1 });
      evaluateScores(scores, truth, { ...options, resamples });
    });
    return { seconds, more: { values, withIntervals } };
  },
};

/** Scores mostly near 0, and some 12 labels a document, frequent ones first, whose scores are higher. */
function makeScores(
  { documents, labels }: WorkRequest["matrix"],
): { scores: ScoreMatrix; truth: LabelRows } {
  const random = createRandom(6, "bench scores");
  const scores = Float32Array.from({ length: documents * labels }, () => random.uniform() ** 8);
  const rows = Array.from({ length: documents }, (_, d) => {
    const drawn = Array.from({ length: 16 }, () => Math.floor(labels ** random.uniform()));
    const row = Int32Array.from(new Set(drawn.filter((label) => label < labels))).sort();
    for (const label of row) scores[d * labels + label] = random.uniform();
    return row;
  });
  return { scores: { documents, labels, scores }, truth: joinRows(rows) };
}

function bytesOf(array: Float32Array | Int32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

if (import.meta.main) await answer([metricsWork]);
