/**
 * What small models are built from in tests, and fed with.
 *
 * @module
 */
import { tf } from "../../model/engine/tf.ts";
import type { ModelInputs } from "../../model/inputs.ts";
import type { TokenBatch } from "../../model/model.ts";
import { createRandom } from "../../pipeline/random.ts";
import { type PerTask, perTask } from "../../pipeline/schema.ts";
import { batchOf } from "./layers.ts";

/** Sizes of a model's inputs. */
export interface InputSizes {
  /** Codes of each task, or how many there are. */
  readonly labels: PerTask<number | readonly string[]>;
  /** Token ids of a label's title; none by default. */
  readonly title?: (label: number) => readonly number[];
  /** Tokens of the vocabulary: `w0`, `w1`, … */
  readonly words: number;
  /** Values of a word vector. */
  readonly width: number;
  /** Seed of the word vectors; without it they are zeros. */
  readonly vectors?: number;
}

/** Inputs of these sizes; the weights' seed is 1. */
export function inputsOf({ labels, title, words, width, vectors }: InputSizes): ModelInputs {
  const embeddings = new Float32Array(words * width);
  if (vectors !== undefined) {
    const random = createRandom(vectors, "test words");
    embeddings.forEach((_, i) => embeddings[i] = random.normal());
    embeddings.fill(0, 0, width);
  }
  return {
    labels: perTask((task) => {
      const codes = labels[task];
      const list = typeof codes === "number"
        ? Array.from({ length: codes }, (_, i) => `${i}`)
        : codes;
      return list.map((code, label) => ({
        code,
        title: (title?.(label) ?? []).map((id) => `w${id}`).join(" "),
      }));
    }),
    vocabulary: Array.from({ length: words }, (_, id) => `w${id}`),
    embeddings,
    embeddingSize: width,
    seed: 1,
  };
}

/** Documents side by side, padded to the longest or to `width`. The caller owns the tensors. */
export function batchOfTokens(
  documents: readonly (readonly number[])[],
  width?: number,
): TokenBatch {
  const batch = batchOf(documents.map(({ length }) => length), width);
  batch.tokens.dispose();
  const rows = documents.map((tokens) =>
    Array.from({ length: batch.width }, (_, t) => tokens[t] ?? 0)
  );
  return { ...batch, tokens: tf.tensor2d(rows, [batch.size, batch.width], "int32") };
}
