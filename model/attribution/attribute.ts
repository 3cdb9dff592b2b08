/**
 * How strongly each word of a document stands behind a code, by any method and for any system.
 *
 * Legend: `B` documents, `T` tokens, `N` tokens of a document that are read.
 *
 * @module
 */
import { type BatchingConfig, readBatches } from "../../pipeline/dataset/batches.ts";
import { type Batch, type Documents, pickDocuments } from "../../pipeline/dataset/documents.ts";
import { yieldToEvents } from "../../pipeline/progress.ts";
import type { Task } from "../../pipeline/schema.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { disposeTokens, feedTokens } from "../feed.ts";
import type { Model, TokenBatch } from "../model.ts";
import { planModelPasses } from "../passes.ts";
import { gateGradients } from "./gradient.ts";
import type { Method } from "./methods.ts";

/** A code of a document, whose words are asked for. */
export interface Question {
  /** Row of the document. */
  readonly row: number;
  /** Index of the code. */
  readonly label: number;
}

/** How questions are answered. */
export interface AttributionOptions {
  /** Label set of the codes. */
  readonly task: Task;
  /** One of the model's, by `methodsOf`. */
  readonly method: Method;
  /** Told after every pass how many questions are done. */
  readonly onAnswered?: ((done: number) => void) | undefined;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * The shares of a document's words in a code, for each question in order: [N], from 0 to 1. Attention is
 * the mass as it is; the others are what speaks for the code, divided by its sum, and are 0 throughout
 * where nothing does.
 */
export async function attribute(
  model: Model,
  documents: Documents,
  questions: readonly Question[],
  config: BatchingConfig,
  options: AttributionOptions,
): Promise<Float32Array[]> {
  const { method } = options;
  if (method === "attention") {
    return await attentionOf(model, documents, questions, config, options);
  }
  const slopes = await gradientsOf(model, documents, questions, config, options);
  if (method === "gradient") return slopes.map(sharesOf);
  const masses = await attentionOf(model, documents, questions, config, options);
  return slopes.map((slope, at) => sharesOf(slope.map((value, t) => value * masses[at]![t]!)));
}

/** Attention [N] of each question: a document is read once for all of its codes. */
async function attentionOf(
  model: Model,
  documents: Documents,
  questions: readonly Question[],
  config: BatchingConfig,
  options: AttributionOptions,
): Promise<Float32Array[]> {
  const asked = Map.groupBy(questions.keys(), (at) => questions[at]!.row);
  const rows = [...asked.keys()];
  const answers: Float32Array[] = [];
  let done = 0;
  const work = async (batch: Batch, tokens: TokenBatch) => {
    const wanted = Array.from(batch.rows, (row) => asked.get(rows[row]!)!);
    const labels = [...new Set(wanted.flat().map((at) => questions[at]!.label))];
    const weights = tf.tidy(() => model.attention!(tokens, options.task, Int32Array.from(labels)) // [B, labels, T]
    );
    const values = await takeValues(weights);
    wanted.forEach((places, b) => {
      for (const at of places) {
        const label = labels.indexOf(questions[at]!.label);
        const from = (b * labels.length + label) * batch.width;
        answers[at] = values.slice(
          from,
          from + readLength(documents, rows[batch.rows[b]!]!, config),
        );
      }
      done += places.length;
    });
    options.onAnswered?.(done);
  };
  await inPasses(model, pickDocuments(documents, rows), config, options, work);
  return answers;
}

/** Gradient × input [N] of each question: a document is a row of a pass for each of its codes. */
async function gradientsOf(
  model: Model,
  documents: Documents,
  questions: readonly Question[],
  config: BatchingConfig,
  options: AttributionOptions,
): Promise<Float32Array[]> {
  const rows = questions.map(({ row }) => row);
  const answers: Float32Array[] = [];
  let done = 0;
  const work = async (batch: Batch, tokens: TokenBatch) => {
    const labels = batch.rows.map((at) => questions[at]!.label);
    const values = await takeValues(gateGradients(model, tokens, options.task, labels)); // [B, T]
    batch.rows.forEach((at, b) => {
      const from = b * batch.width;
      answers[at] = values.slice(from, from + readLength(documents, rows[at]!, config));
    });
    options.onAnswered?.(done += batch.rows.length);
  };
  await inPasses(model, pickDocuments(documents, rows), config, options, work);
  return answers;
}

/** Feeds documents to `work` in passes of similar lengths. */
async function inPasses(
  model: Model,
  documents: Documents,
  config: BatchingConfig,
  { interrupt }: AttributionOptions,
  work: (batch: Batch, tokens: TokenBatch) => Promise<void>,
): Promise<void> {
  const plan = planModelPasses(model, documents, config).flat();
  for await (const batch of readBatches(documents, plan, config.maxTokens)) {
    const tokens = feedTokens(batch);
    await work(batch, tokens);
    disposeTokens(tokens);
    await yieldToEvents();
    interrupt?.throwIfAborted();
  }
}

/** N of a document. */
function readLength(documents: Documents, row: number, { maxTokens }: BatchingConfig): number {
  return Math.min(documents.lengths[row]!, maxTokens);
}

async function takeValues(tensor: Tensor): Promise<Float32Array> {
  const values = await tensor.data() as Float32Array;
  tensor.dispose();
  return values;
}

/** The positive values, divided by their sum; 0 throughout where there is none. */
export function sharesOf(values: Float32Array): Float32Array {
  const sum = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  return values.map((value) => sum > 0 ? Math.max(0, value) / sum : 0);
}
