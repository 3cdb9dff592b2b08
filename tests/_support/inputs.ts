/**
 * What small models are built from in tests.
 *
 * @module
 */
import type { ModelInputs } from "../../model/inputs.ts";
import { createRandom } from "../../pipeline/random.ts";
import { type PerTask, perTask } from "../../pipeline/schema.ts";

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
