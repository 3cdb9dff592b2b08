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
  readonly row: number;
  readonly label: number;
}

/** A model, documents, and the codes whose words are asked for. */
export interface AttributionRequest {
  readonly model: Model;
  readonly documents: Documents;
  readonly questions: readonly Question[];
  /** Label set of the codes. */
  readonly task: Task;
  readonly config: BatchingConfig;
  /** Told after every pass how many questions are done; of several methods, in the longest one. */
  readonly onAnswered?: ((done: number) => void) | undefined;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/** Each method's shares [N] of every question, in order. */
export type Attributions<M extends Method> = { readonly [method in M]: readonly Float32Array[] };

/**
 * The shares of a document's words in a code, for each question by each method: [N], from 0 to 1.
 * Attention is the mass as it is; the others are what speaks for the code, divided by its sum, and are 0
 * throughout where nothing does. What several methods are made of is computed once.
 *
 * @param methods some of the model's, by `methodsOf`.
 */
export async function attribute<M extends Method>(
  request: AttributionRequest,
  methods: readonly M[],
): Promise<Attributions<M>> {
  const wanted: readonly Method[] = methods;
  const hasSlopes = wanted.some((method) => method !== "attention");
  const hasMasses = wanted.some((method) => method !== "gradient");
  const onAnswered = hasSlopes ? undefined : request.onAnswered; // slopes take by far the longest
  const masses = hasMasses ? await attentionOf({ ...request, onAnswered }) : [];
  const slopes = hasSlopes ? await gradientsOf(request) : [];
  const answers = {
    "attention": () => masses,
    "gradient": () => slopes.map(sharesOf),
    "attention-gradient": () =>
      slopes.map((slope, at) => sharesOf(slope.map((value, t) => value * masses[at]![t]!))),
  };
  const entries = methods.map((method) => [method, answers[method]()]);
  return Object.fromEntries(entries);
}

/** Attention [N] of each question: a document is read once for all of its codes. */
async function attentionOf(request: AttributionRequest): Promise<Float32Array[]> {
  const { model, documents, questions, task } = request;
  const asked = Map.groupBy(questions.keys(), (at) => questions[at]!.row);
  const rows = [...asked.keys()];
  const answers: Float32Array[] = [];
  let done = 0;
  await inPasses(request, rows, async (batch, tokens) => {
    const wanted = Array.from(batch.rows, (row) => asked.get(rows[row]!)!);
    const labels = [...new Set(wanted.flat().map((at) => questions[at]!.label))];
    const weights = tf.tidy(() => model.attention!(tokens, task, Int32Array.from(labels)));
    const values = await takeValues(weights); // [B, labels, T]
    wanted.forEach((places, b) => {
      const length = readLength(documents, rows[batch.rows[b]!]!, request.config);
      for (const at of places) {
        const label = labels.indexOf(questions[at]!.label);
        const from = (b * labels.length + label) * batch.width;
        answers[at] = values.slice(from, from + length);
      }
      done += places.length;
    });
    request.onAnswered?.(done);
  });
  return answers;
}

/** Gradient × input [N] of each question: a document is a row of a pass for each of its codes. */
async function gradientsOf(request: AttributionRequest): Promise<Float32Array[]> {
  const { model, documents, questions, task } = request;
  const rows = questions.map(({ row }) => row);
  const answers: Float32Array[] = [];
  let done = 0;
  await inPasses(request, rows, async (batch, tokens) => {
    const labels = batch.rows.map((at) => questions[at]!.label);
    const values = await takeValues(gateGradients(model, tokens, task, labels)); // [B, T]
    batch.rows.forEach((at, b) => {
      const from = b * batch.width;
      answers[at] = values.slice(from, from + readLength(documents, rows[at]!, request.config));
    });
    request.onAnswered?.(done += batch.rows.length);
  });
  return answers;
}

/** Feeds documents, by their rows, to `work` in passes of similar lengths. */
async function inPasses(
  { model, documents, config, interrupt }: AttributionRequest,
  rows: readonly number[],
  work: (batch: Batch, tokens: TokenBatch) => Promise<void>,
): Promise<void> {
  const picked = pickDocuments(documents, rows);
  const plan = planModelPasses(model, picked, config).flat();
  for await (const batch of readBatches(picked, plan, config.maxTokens)) {
    const tokens = feedTokens(batch);
    await work(batch, tokens);
    disposeTokens(tokens);
    await yieldToEvents();
    interrupt?.throwIfAborted();
  }
}

/** N: the tokens of a document that are read. */
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
