/**
 * Evaluating a matrix of scores.
 *
 * @module
 */
import { join } from "node:path";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { drawResamples } from "../../../model/metrics/bootstrap/resamples.ts";
import type { Values } from "../../../model/metrics/names.ts";
import type { ScoreMatrix } from "../../../model/metrics/score_matrix.ts";
import { joinRows, type LabelRows } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { timeOnce, timeRuns } from "../measure.ts";
import type { SectionRequest } from "../request.ts";

/** What evaluating found. */
export interface Evaluating {
  /** Values by name. */
  readonly values: Values;
  /** Seconds with 1,000 resamples for intervals. */
  readonly withIntervals: number;
}

/** All metrics of a made-up matrix, without and with intervals; the matrix is left for the peer. */
export async function timeMetrics({ folder, runs, matrix }: SectionRequest) {
  const { scores, truth } = makeScores(matrix);
  await Promise.all([
    Deno.writeFile(join(folder, "scores.f32"), bytesOf(scores.scores)),
    Deno.writeFile(join(folder, "offsets.i32"), bytesOf(truth.offsets)),
    Deno.writeFile(join(folder, "indices.i32"), bytesOf(truth.indices)),
  ]);
  const options = { threshold: 0.4 }, { values } = evaluateScores(scores, truth, options);
  const seconds = await timeRuns(runs, () => void evaluateScores(scores, truth, options));
  const withIntervals = await timeOnce(() => {
    const resamples = drawResamples(matrix.documents, { size: 1000, seed: 1 });
    evaluateScores(scores, truth, { ...options, resamples });
  });
  const more: Evaluating = { values, withIntervals };
  return { seconds, more };
}

/** Scores mostly near 0, and some 12 labels a document, frequent ones first, whose scores are higher. */
function makeScores(
  { documents, labels }: SectionRequest["matrix"],
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
