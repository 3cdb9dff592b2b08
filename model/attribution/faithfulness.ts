/**
 * Whether a model uses the words that are said to stand behind its codes (DeYoung et al. 2020, ERASER):
 * what happens to a code's probability where its strongest words are taken out of the document, and
 * where nothing but them is left.
 *
 * @module
 */
import { type TokenText, unlabelledDocuments } from "../../pipeline/dataset/documents.ts";
import { createRandom, shuffle } from "../../pipeline/random.ts";
import { scoreDocuments } from "../scoring.ts";
import type { AttributionRequest, Question } from "./attribute.ts";

/** Shares of a document's words that are taken for its strongest; results are means over them. */
export const SHARES = [0.01, 0.05, 0.1, 0.2, 0.5] as const;

/** Means over codes of documents, from −1 to 1. */
export interface Faithfulness {
  /** How far the probability falls without the strongest words: more is better. */
  readonly comprehensiveness: number;
  /** How far it falls where they alone are left: less is better. */
  readonly sufficiency: number;
}

/** What is measured, and on what. */
export interface FaithfulnessRequest extends Omit<AttributionRequest, "onAnswered"> {
  /** Told after every chunk how many questions are done. */
  readonly onMeasured?: ((done: number) => void) | undefined;
}

/** Questions whose documents are scored together. */
const CHUNK = 64;

/**
 * Measures strengths of each question's words, [N] each: those with the largest are the strongest, equal
 * ones by place. One word is, at least.
 */
export async function measureFaithfulness(
  request: FaithfulnessRequest,
  strengths: readonly Float32Array[],
): Promise<Faithfulness> {
  const { questions } = request;
  let comprehensiveness = 0;
  let sufficiency = 0;
  for (let from = 0; from < questions.length; from += CHUNK) {
    const chunk = questions.slice(from, from + CHUNK);
    const variants = chunk.flatMap((question, at) =>
      variantsOf(request, question, strengths[from + at]!)
    );
    const probabilities = await scoreVariants(request, variants);
    chunk.forEach((_, at) => {
      const own = probabilities.subarray(at * VARIANTS, (at + 1) * VARIANTS);
      comprehensiveness += meanFall(own[0]!, own.subarray(1, 1 + SHARES.length));
      sufficiency += meanFall(own[0]!, own.subarray(1 + SHARES.length));
    });
    request.onMeasured?.(from + chunk.length);
  }
  return {
    comprehensiveness: comprehensiveness / questions.length,
    sufficiency: sufficiency / questions.length,
  };
}

/** Strengths that choose words by chance: what {@linkcode measureFaithfulness} is to be compared with. */
export function randomStrengths(lengths: readonly number[], seed: number): Float32Array[] {
  return lengths.map((length, at) => {
    const random = createRandom(seed, "random words", at);
    const order = shuffle(Array.from({ length }, (_, place) => place + 1), random);
    return Float32Array.from(order, (place) => place / length);
  });
}

/** The document, without its strongest words by each share, and of these alone. */
const VARIANTS = 1 + 2 * SHARES.length;

/** A document with some of its words left out. */
interface Variant extends TokenText {
  readonly label: number;
}

function variantsOf(
  { documents, config }: FaithfulnessRequest,
  { row, label }: Question,
  strengths: Float32Array,
): Variant[] {
  const tokens = documents.tokens(row).subarray(0, config.maxTokens);
  const starts = documents.sentences?.(row);
  const keep = (isKept: (place: number) => boolean): Variant => {
    const kept = Int32Array.from(tokens.keys()).filter((place) => isKept(place));
    return {
      label,
      tokens: kept.map((place) => tokens[place]!),
      sentences: starts && sentencesOf(kept, starts),
    };
  };
  const order = Int32Array.from(tokens.keys())
    .sort((a, b) => strengths[b]! - strengths[a]! || a - b);
  const strongest = SHARES.map((share) =>
    new Set(order.subarray(0, Math.max(1, Math.round(share * tokens.length))))
  );
  return [
    keep(() => true),
    ...strongest.map((words) => keep((place) => !words.has(place))),
    ...strongest.map((words) => keep((place) => words.has(place))),
  ];
}

/** Where sentences begin among the words that are kept: at the first that is kept of each. */
function sentencesOf(kept: Int32Array, starts: Int32Array): Int32Array {
  let sentence = -1;
  let next = 0;
  const found: number[] = [];
  kept.forEach((place, at) => {
    while (next < starts.length && starts[next]! <= place) next++;
    if (next - 1 !== sentence) found.push(at);
    sentence = next - 1;
  });
  return Int32Array.from(found);
}

/** The probability of each variant's code. */
async function scoreVariants(
  { model, task, config, interrupt }: FaithfulnessRequest,
  variants: readonly Variant[],
): Promise<Float32Array> {
  const documents = unlabelledDocuments(variants);
  const { [task]: matrix } = await scoreDocuments(model, documents, config, { interrupt });
  return Float32Array.from(
    variants,
    ({ label }, row) => matrix!.scores[row * matrix!.labels + label]!,
  );
}

function meanFall(whole: number, parts: Float32Array): number {
  return whole - parts.reduce((sum, part) => sum + part, 0) / parts.length;
}
