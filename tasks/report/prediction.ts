/**
 * A note's codes as lines of text.
 *
 * @module
 */
import type { PredictedCode, Prediction } from "../../model/run/predict.ts";

/** Share of known tokens under which a note is of another kind than those that were learned from. */
const LEAST_KNOWN = 0.5;

/** A block of text: a head, then a line a code; assigned ones have an asterisk. */
export function formatPrediction(prediction: Prediction): string {
  const { id, tokens, threshold, codes } = prediction;
  const assigned = codes.filter(({ assigned }) => assigned).length;
  const accepted = codes.filter(({ accepted }) => accepted).length;
  const width = codes.reduce((widest, { code }) => Math.max(widest, code.length), 0);
  const unseen = accepted > 0 ? `, ${accepted} of them may be accepted unseen (✓)` : "";
  const head = `${id}: ${tokens} tokens${knownShare(prediction)}, ${assigned} codes above ` +
    `${threshold.toPrecision(3)} (*)${unseen}`;
  const lines = codes.map((code) => formatCode(code, width));
  return [head, ...lines].join("\n");
}

/** A prediction with at most so many words for each code. */
export function withWords(prediction: Prediction, words: number): Prediction {
  const codes = prediction.codes.map((code) => ({ ...code, words: code.words?.slice(0, words) }));
  return { ...prediction, codes };
}

/** What a reader should know before trusting the codes, a line each. */
export function predictionWarnings(
  { id: name, tokens, read, known }: Pick<Prediction, "id" | "tokens" | "read" | "known">,
): string[] {
  const warnings: string[] = [];
  if (read < tokens) {
    warnings.push(`warning: ${name} has ${tokens} tokens; the first ${read} were read`);
  }
  if (known === 0) {
    warnings.push(`warning: no token of ${name} is known; its codes say nothing`);
  } else if (known < LEAST_KNOWN * read) {
    warnings.push(
      `warning: of ${name} ${known} of ${read} tokens are known; its codes say little: check its ` +
        "language and encoding",
    );
  }
  return warnings;
}

function knownShare({ read, known }: Prediction): string {
  return read === 0 ? "" : ` (${Math.floor(100 * known / read)}% known)`;
}

function formatCode(
  { code, title, probability, assigned, accepted, words = [] }: PredictedCode,
  width: number,
): string {
  const distinct = [...new Set(words.map(({ word }) => word.toLowerCase()))];
  const behind = distinct.length > 0 ? ` [${distinct.join(", ")}]` : "";
  return `${accepted ? "✓" : assigned ? "*" : " "} ${code.padEnd(width)}  ` +
    `${probability.toFixed(3)}  ${title || "(no title)"}${behind}`;
}
