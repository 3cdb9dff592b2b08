/**
 * Codes of single notes, with the words that each code attended to. Needs nothing but the run.
 *
 * Legend: `L` labels, `T` tokens of a note that are read.
 *
 * @module
 */
import { collate, type Documents } from "../../pipeline/dataset/documents.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { PADDING, type Task, UNKNOWN } from "../../pipeline/schema.ts";
import { type EncodedText, encodeText, indexVocabulary } from "../../pipeline/text/vocabulary.ts";
import { tf } from "../engine/tf.ts";
import { disposeTokens, feedTokens } from "../feed.ts";
import type { Model } from "../model.ts";
import type { RestoredModel } from "./restore.ts";
import type { Run } from "./run.ts";
import { scoreDocuments } from "../scoring.ts";
import { topK } from "../metrics/ranking.ts";
import { documentScores } from "../metrics/score_matrix.ts";

/** A note to be coded. */
export interface UncodedNote {
  /** Names the note's prediction; need not be unique. */
  readonly id: string;
  /** As it was written. */
  readonly text: string;
}

/** A word that a code attended to. */
export interface AttendedWord {
  /** As it stands in the text. */
  readonly word: string;
  /** First UTF-16 unit in the text. */
  readonly start: number;
  /** Behind its last UTF-16 unit. */
  readonly end: number;
  /** Share of the code's attention, from 0 to 1. */
  readonly weight: number;
}

/** A code for a note. */
export interface PredictedCode {
  /** With its point; or a category's key. */
  readonly code: string;
  /** What the code means in words; may be empty. */
  readonly title: string;
  /** From 0 to 1. */
  readonly probability: number;
  /** Whether the probability is above the threshold. */
  readonly assigned: boolean;
  /** The words it attended to most, the most attended first; absent where the system has no attention. */
  readonly words?: readonly AttendedWord[] | undefined;
}

/** What a run says of a note. */
export interface Prediction {
  readonly id: string;
  /** Tokens of the note. */
  readonly tokens: number;
  /** How many of them were read: the first ones. */
  readonly read: number;
  /** How many of those the vocabulary knows. */
  readonly known: number;
  /** A code is assigned above it. */
  readonly threshold: number;
  /** The most probable first. */
  readonly codes: readonly PredictedCode[];
}

/** How notes are coded. */
export interface PredictOptions {
  /** Label set; the run's target by default. */
  readonly task?: Task | undefined;
  /** Most probable codes that are listed; all codes above the threshold are, too. 10 by default. */
  readonly top?: number | undefined;
  /** A code is assigned above it; the run's, tuned on its dev split, by default. */
  readonly threshold?: number | undefined;
  /** Words that are listed for each code; 5 by default. */
  readonly words?: number | undefined;
}

/** Codes notes with one run. */
export interface Predictor {
  /** The predictions, in the notes' order. Notes of similar length are computed together. */
  predict(notes: readonly UncodedNote[]): Promise<Prediction[]>;
}

/** What a predictor is made from, its options filled in. */
interface Setting {
  readonly run: Run;
  readonly model: Model;
  readonly task: Task;
  readonly top: number;
  readonly threshold: number;
  readonly words: number;
}

/**
 * A predictor of a run and its restored model, which the caller goes on owning.
 *
 * @throws {UsageError} where the model does not predict the label set asked for.
 */
export function createPredictor(
  run: Run,
  { model, thresholds }: Pick<RestoredModel, "model" | "thresholds">,
  options: PredictOptions = {},
): Predictor {
  const { task = run.config.target, top = 10, words = 5 } = options;
  if (!model.tasks.includes(task)) {
    throw new UsageError(
      `predicting ${task} with ${run.directory}: its model predicts ${
        model.tasks.join(", ")
      } alone; ` +
        "leave --task out, or use a run with --mtl",
    );
  }
  const threshold = options.threshold ?? thresholds[task] ?? 0.5;
  const setting: Setting = { run, model, task, top, threshold, words };
  const vocabulary = indexVocabulary(run.vocabulary);
  const index = { get: (word: string) => vocabulary.get(word) ?? model.spell?.(word) };
  return {
    async predict(notes) {
      const texts = notes.map(({ text }) => encodeText(text, index));
      const { [task]: matrix } = await scoreDocuments(model, asDocuments(texts, run), run.config);
      const predictions: Prediction[] = [];
      for (const [row, note] of notes.entries()) {
        const scores = documentScores(matrix!, row);
        predictions.push(await describePrediction(setting, note, texts[row]!, scores));
      }
      return predictions;
    },
  };
}

async function describePrediction(
  setting: Setting,
  { id, text }: UncodedNote,
  encoded: EncodedText,
  scores: Float32Array, // [L]
): Promise<Prediction> {
  const { run, task, threshold, top } = setting;
  const assigned = scores.reduce((count, score) => count + Number(score > threshold), 0);
  const labels = topK(scores, Math.max(top, assigned));
  const attended = await attendedTokens(setting, encoded, labels);
  const ids = encoded.ids.subarray(0, run.config.maxTokens);
  return {
    id,
    tokens: encoded.ids.length,
    read: ids.length,
    known: ids.filter((token) => token !== UNKNOWN && token !== PADDING).length,
    threshold,
    codes: Array.from(labels, (label, at) => {
      const { code, title } = run.labels[task][label]!;
      const probability = scores[label]!;
      const words = attended?.[at]?.map(({ token, weight }) => {
        const { start, end } = encoded.tokens[token]!;
        return { word: text.slice(start, end), start, end, weight };
      });
      return { code, title, probability, assigned: probability > threshold, words };
    }),
  };
}

/** The most attended tokens for each of `labels`; undefined without attention or tokens. */
async function attendedTokens(
  { run, model, task, words }: Setting,
  encoded: EncodedText,
  labels: Int32Array,
): Promise<{ token: number; weight: number }[][] | undefined> {
  if (!model.attention || words === 0 || labels.length === 0 || encoded.ids.length === 0) {
    return undefined;
  }
  const batch = collate(asDocuments([encoded], run), Int32Array.of(0), run.config.maxTokens);
  const tokens = feedTokens(batch);
  const weights = tf.tidy(() => model.attention!(tokens, task, labels)); // [1, L, T]
  disposeTokens(tokens);
  const values = await weights.data() as Float32Array;
  weights.dispose();
  return Array.from(labels, (_, at) => {
    const row = values.subarray(at * batch.width, (at + 1) * batch.width);
    return Array.from(topK(row, words), (token) => ({ token, weight: row[token]! }));
  });
}

/** Texts as documents without labels, with sentences where the run was trained on such. */
function asDocuments(texts: readonly EncodedText[], { dataset }: Run): Documents {
  const none = new Int32Array();
  return {
    count: texts.length,
    lengths: Int32Array.from(texts, ({ ids }) => ids.length),
    tokens: (row) => texts[row]!.ids,
    sentences: (row) => dataset.sentences ? texts[row]!.sentences : undefined,
    labels: () => none,
  };
}
