/**
 * A model's probabilities for every document of a split.
 *
 * Legend: `B` documents, `T` tokens, `L` labels.
 *
 * @module
 */
import { type BatchingConfig, readBatches } from "../pipeline/dataset/batches.ts";
import {
  type Batch,
  type Documents,
  joinRows,
  type LabelRows,
} from "../pipeline/dataset/documents.ts";
import type { Task } from "../pipeline/schema.ts";
import { tf } from "./engine/tf.ts";
import type { ScoreMatrix } from "./metrics/score_matrix.ts";
import { disposeTokens, feedTokens } from "./feed.ts";
import { inference } from "./layers/positions.ts";
import type { Model } from "./model.ts";
import { planModelPasses } from "./passes.ts";
import { yieldToEvents } from "../pipeline/progress.ts";

/** Scores for the tasks that a model predicts. */
export type Scores = { readonly [task in Task]?: ScoreMatrix };

/** How far a scoring pass is watched and cut short. */
export interface ScoringOptions {
  /** Told after every batch how many of the documents to be scored are done. */
  readonly onScored?: ((done: number, total: number) => void) | undefined;
  /** Ends the pass: {@linkcode scoreDocuments} then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Probabilities (the sigmoid of the logits) of every document of a split. The event loop gets a turn
 * after every batch.
 */
export async function scoreDocuments(
  model: Model,
  documents: Documents,
  config: BatchingConfig,
  options: ScoringOptions = {},
): Promise<Scores> {
  const passes = planModelPasses(model, documents, config).flat();
  return await scorePasses(model, documents, { passes, maxTokens: config.maxTokens }, options);
}

/** Passes over some of a split's documents. */
export interface ScoringPlan {
  /** Rows of the documents of each pass. */
  readonly passes: readonly Int32Array[];
  /** Tokens of a document that are read. */
  readonly maxTokens: number;
}

/** {@linkcode scoreDocuments} of some: the others' probabilities are 0. Without passes there are no scores. */
export async function scorePasses(
  model: Model,
  documents: Documents,
  { passes, maxTokens }: ScoringPlan,
  options: ScoringOptions = {},
): Promise<Scores> {
  const scores: { [task in Task]?: ScoreMatrix } = {};
  const total = passes.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  for await (const batch of readBatches(documents, passes, maxTokens)) {
    const { rows } = batch;
    for (const [task, values] of await scoreBatch(model, batch)) {
      const labels = values.length / rows.length;
      const matrix = scores[task] ??= {
        documents: documents.count,
        labels,
        scores: new Float32Array(documents.count * labels),
      };
      rows.forEach((row, at) =>
        matrix.scores.set(values.subarray(at * labels, (at + 1) * labels), row * labels)
      );
    }
    done += rows.length;
    options.onScored?.(done, total);
    await yieldToEvents();
    options.interrupt?.throwIfAborted();
  }
  return scores;
}

/** The labels of all documents for one task, in the split's order. */
export function splitTruth(documents: Documents, task: Task): LabelRows {
  return joinRows(Array.from({ length: documents.count }, (_, row) => documents.labels(task, row)));
}

/** Probabilities of one batch by task, [B, L] row-major. */
export async function scoreBatch(
  model: Model,
  batch: Batch,
): Promise<ReadonlyMap<Task, Float32Array>> {
  const tokens = feedTokens(batch);
  const probabilities = tf.tidy(() => {
    const logits = model.logits(tokens, inference);
    return model.tasks.map((task) => tf.sigmoid(logits[task]!));
  });
  disposeTokens(tokens);
  const byTask = new Map<Task, Float32Array>();
  for (const [at, task] of model.tasks.entries()) {
    byTask.set(task, await probabilities[at]!.data() as Float32Array);
    probabilities[at]!.dispose();
  }
  return byTask;
}
