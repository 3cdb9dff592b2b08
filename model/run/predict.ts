/**
 * Codes of single notes, with the words behind each code. Needs nothing but the run.
 *
 * Legend: `L` labels.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { PADDING, type Task, UNKNOWN } from "../../pipeline/schema.ts";
import { countCodePoints } from "../../pipeline/text/code_points.ts";
import type { Token } from "../../pipeline/text/tokens.ts";
import type { EncodedText } from "../../pipeline/text/vocabulary.ts";
import { attribute } from "../attribution/attribute.ts";
import { type Method, requireMethod, usualMethod } from "../attribution/methods.ts";
import type { Model } from "../model.ts";
import { decideScores, type Decision, type DecisionOptions, requireLearned } from "./decision.ts";
import { createNoteEncoder } from "./encode_notes.ts";
import type { RestoredModel } from "./restore.ts";
import type { Run } from "./run.ts";
import { scoreDocuments } from "../scoring.ts";
import { topK } from "../metrics/ranking.ts";
import { documentScores } from "../metrics/score_matrix.ts";

/** A note as it comes, before it is read. */
export interface UncodedNote {
  /** Names the note's prediction; need not be unique. */
  readonly id: string;
  /** As it was written. */
  readonly text: string;
}

/** A word behind a code, and where it stands in the note as that was given. */
export interface AttributedWord {
  /** As it stands in the note. */
  readonly word: string;
  /** First UTF-16 unit: JavaScript's offsets. */
  readonly start: number;
  /** Behind its last UTF-16 unit. */
  readonly end: number;
  /** First Unicode code point: Python's offsets. They differ behind characters beyond U+FFFF alone. */
  readonly codePointStart: number;
  /** Behind its last code point. */
  readonly codePointEnd: number;
  /** Its share in the code, above 0 and at most 1. */
  readonly weight: number;
}

/** A code that a run gives a note, or was asked about. */
export interface PredictedCode {
  /** With its point; or a category's key. */
  readonly code: string;
  /** What the code means in words; may be empty. */
  readonly title: string;
  /** The category that it belongs to, where it has one and is none itself. */
  readonly category?: { readonly code: string; readonly title: string } | undefined;
  /** From 0 to 1; calibrated where the run has learned how on its dev split. */
  readonly probability: number;
  /** Whether it is above the threshold, as a score where probabilities are tied. */
  readonly assigned: boolean;
  /** Whether it may be accepted unseen; absent where the run promises nothing. */
  readonly accepted?: boolean | undefined;
  /** The words with the largest shares in it, the largest first; absent where none were asked for. */
  readonly words?: readonly AttributedWord[] | undefined;
}

/** What a run says of a note: how it was read, and which codes it has. */
export interface Prediction {
  readonly id: string;
  /** Tokens of the whole note. */
  readonly tokens: number;
  /** How many of them were read: the first ones. */
  readonly read: number;
  /** How many of those the vocabulary knows. */
  readonly known: number;
  /** A code is assigned above it. */
  readonly threshold: number;
  /** What the words' shares are of; absent where there are none. */
  readonly method?: Method | undefined;
  /** The most probable first. */
  readonly codes: readonly PredictedCode[];
}

/** Which codes are listed, and what is said of each. */
export interface PredictOptions extends DecisionOptions {
  /** Label set; the run's target by default. */
  readonly task?: Task | undefined;
  /** Most probable codes that are listed; all codes above the threshold are, too. 10 by default. */
  readonly top?: number | undefined;
  /** Words that are listed for each code; 5 by default. */
  readonly words?: number | undefined;
  /** What says which words these are; attention by default, or gradients where the system has none. */
  readonly method?: Method | undefined;
}

/** Codes notes with one run. */
export interface Predictor {
  /**
   * The predictions, in the notes' order. Notes of similar length are computed together.
   *
   * @param choose the labels of a note that are listed, in this order; by default the most probable.
   */
  predict(notes: readonly UncodedNote[], choose?: ChooseLabels): Promise<Prediction[]>;
}

/** Chooses labels of a note by its scores, [L], and its place among the notes. */
export type ChooseLabels = (scores: Float32Array, place: number) => Int32Array;

/** What a predictor is made from, its options filled in. */
interface Setting {
  readonly run: Run;
  readonly model: Model;
  readonly task: Task;
  readonly top: number;
  readonly decision: Decision;
  readonly words: number;
  readonly method: Method;
}

/**
 * A predictor of a run and its restored model, which the caller goes on owning.
 *
 * @throws {UsageError} where the model does not predict the label set asked for, or has no attention
 * and the method wants it.
 */
export function createPredictor(
  run: Run,
  { model, thresholds }: Pick<RestoredModel, "model" | "thresholds">,
  options: PredictOptions = {},
): Predictor {
  const { task = run.config.target, top = 10, words = 5 } = options;
  const { method = usualMethod(model) } = options;
  requireTask(run, model, task);
  requireMethod(model, method, `predicting with ${run.directory}`);
  requireLearned(run, task, options);
  const decision = decideScores(options, { task, tuned: thresholds[task] });
  const setting: Setting = { run, model, task, top, decision, words, method };
  const encode = createNoteEncoder(run, model);
  return {
    async predict(notes, choose = (scores) => listedLabels(setting, scores)) {
      const { texts, documents } = encode(notes);
      const { [task]: matrix } = await scoreDocuments(model, documents, run.config);
      const scores = notes.map((_, row) => documentScores(matrix!, row));
      const listed = scores.map(choose);
      const shares = await attributeWords(setting, documents, listed);
      return notes.map((note, row) =>
        describePrediction(setting, note, texts[row]!, scores[row]!, listed[row]!, shares[row])
      );
    },
  };
}

/** Refuses a label set that a run's model does not predict. Throws {@linkcode UsageError}. */
export function requireTask(
  { directory }: Pick<Run, "directory">,
  { tasks }: Pick<Model, "tasks">,
  task: Task,
): void {
  if (tasks.includes(task)) return;
  throw new UsageError(
    `predicting ${task} with ${directory}: its model predicts ${tasks.join(", ")} alone; ` +
      "leave --task out, or use a run with --mtl",
  );
}

/** The codes of a note that are listed, the most probable first. */
function listedLabels({ top, decision }: Setting, scores: Float32Array): Int32Array {
  const assigned = scores.reduce(
    (count, score) => count + Number(decision.isAssigned(score)),
    0,
  );
  return topK(scores, Math.max(top, assigned));
}

/** Shares of each note's tokens in each of its listed codes; none where no words are asked for. */
async function attributeWords(
  { run, model, task, words, method }: Setting,
  documents: Documents,
  listed: readonly Int32Array[],
): Promise<Float32Array[][]> {
  if (words === 0) return [];
  const questions = listed.flatMap((labels, row) =>
    Array.from(labels, (label) => ({ row, label }))
  );
  const request = { model, documents, questions, config: run.config, task };
  const { [method]: answers } = await attribute(request, [method]);
  let at = 0;
  return listed.map(({ length }) => answers.slice(at, at += length));
}

function describePrediction(
  setting: Setting,
  { id, text }: UncodedNote,
  encoded: EncodedText,
  scores: Float32Array, // [L]
  listed: Int32Array,
  shares: readonly Float32Array[] | undefined,
): Prediction {
  const { run, task, decision, method } = setting;
  const ids = encoded.ids.subarray(0, run.config.maxTokens);
  const wordAt = locateWords(text, encoded.tokens);
  const asked = shares && ids.length > 0;
  return {
    id,
    tokens: encoded.ids.length,
    read: ids.length,
    known: ids.filter((token) => token !== UNKNOWN && token !== PADDING).length,
    threshold: decision.threshold,
    method: asked ? method : undefined,
    codes: Array.from(listed, (label, at) => {
      const { code, title, group } = run.labels[task][label]!;
      const score = scores[label]!;
      return {
        code,
        title,
        category: categoryOf(group, run),
        probability: decision.probability(score),
        assigned: decision.isAssigned(score),
        accepted: decision.isAccepted(score),
        words: asked ? strongest(shares[at]!, setting.words, wordAt) : undefined,
      };
    }),
  };
}

function categoryOf(group: string, { labels }: Run): PredictedCode["category"] {
  const found = group === "" ? undefined : labels.ccs.find(({ code }) => code === group);
  return found && { code: found.code, title: found.title };
}

/** The words with the largest shares above 0, at most so many. */
function strongest(
  shares: Float32Array,
  words: number,
  wordAt: (token: number) => Omit<AttributedWord, "weight">,
): AttributedWord[] {
  return Array.from(topK(shares, words))
    .filter((token) => shares[token]! > 0)
    .map((token) => ({ ...wordAt(token), weight: shares[token]! }));
}

/** A token by its number, as it stands in the text. */
function locateWords(
  text: string,
  tokens: readonly Token[],
): (token: number) => Omit<AttributedWord, "weight"> {
  const { fromUnits } = countCodePoints(text);
  return (token) => {
    const { start, end } = tokens[token]!;
    const codePoints = { codePointStart: fromUnits(start), codePointEnd: fromUnits(end) };
    return { word: text.slice(start, end), start, end, ...codePoints };
  };
}
