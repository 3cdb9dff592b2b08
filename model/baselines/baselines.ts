/**
 * What a model has to beat: the codes' frequencies, and logistic regression on bags of words.
 *
 * Legend: `D` documents, `L` labels, `V` tokens of the vocabulary.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import type { Task } from "../../pipeline/schema.ts";
import { yieldToEvents } from "../../pipeline/progress.ts";
import { sameScores, type ScoreMatrix } from "../metrics/score_matrix.ts";
import { labelFrequencies } from "./code_frequency.ts";
import { fitLogistic, predictLogistic } from "./logistic_regression.ts";
import { inverseDocumentFrequencies, tfidfRows } from "./tfidf.ts";

/** Baselines by name: what is known without a network. */
export const BASELINES = ["code frequency", "bag-of-words logistic regression"] as const;

/** One of {@linkcode BASELINES}. */
export type Baseline = typeof BASELINES[number];

/**
 * Labels that logistic regression is fitted for: the most frequent ones. Rarer ones keep their
 * frequency. A fit of MIMIC-III's full set takes seconds a label, and the rare ones teach it nothing.
 */
export const MOST_FITTED = 1000;

/** Which baseline is fitted, and to what. */
export interface BaselineRequest {
  readonly baseline: Baseline;
  /** The label set that it predicts. */
  readonly task: Task;
  /** Told after every label how many of all that are fitted are done. */
  readonly onFitted?: ((done: number, total: number) => void) | undefined;
}

/** A fitted baseline: its probabilities for documents of the same dataset, [D, L]. */
export type Scorer = (documents: Documents) => ScoreMatrix;

/**
 * Fits a baseline. The same documents give the same bits.
 *
 * @param vocabulary number of its tokens, V.
 * @param labels number of the label set's labels, L.
 */
export async function fitBaseline(
  training: Documents,
  { vocabulary, labels }: { readonly vocabulary: number; readonly labels: number },
  { baseline, task, onFitted }: BaselineRequest,
): Promise<Scorer> {
  const frequencies = labelFrequencies(training, task, labels);
  if (baseline === "code frequency") {
    return ({ count }) => sameScores(frequencies, count);
  }
  const idf = inverseDocumentFrequencies(training, vocabulary);
  const features = tfidfRows(training, idf);
  const fitted = mostFrequent(frequencies);
  const carriers = documentsByLabel(training, task, labels);
  const classifiers = new Map<number, Float64Array>();
  for (const label of fitted) {
    const positive = new Uint8Array(training.count);
    for (const row of carriers[label]!) positive[row] = 1;
    classifiers.set(label, fitLogistic(features, vocabulary, positive));
    onFitted?.(classifiers.size, fitted.length);
    await yieldToEvents();
  }
  return (documents) => {
    const matrix = sameScores(frequencies, documents.count);
    const rows = tfidfRows(documents, idf);
    for (const [label, coefficients] of classifiers) {
      predictLogistic(rows, coefficients, matrix.scores, { stride: labels, offset: label });
    }
    return matrix;
  };
}

function documentsByLabel(documents: Documents, task: Task, labels: number): number[][] {
  const rows: number[][] = Array.from({ length: labels }, () => []);
  for (let row = 0; row < documents.count; row++) {
    for (const label of documents.labels(task, row)) rows[label]!.push(row);
  }
  return rows;
}

/** Labels that some but not all documents carry, the most frequent first, ties by index. */
function mostFrequent(frequencies: Float64Array): number[] {
  return [...frequencies.keys()]
    .filter((label) => frequencies[label]! > 0 && frequencies[label]! < 1)
    .sort((a, b) => frequencies[b]! - frequencies[a]! || a - b)
    .slice(0, MOST_FITTED);
}
