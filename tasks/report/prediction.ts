/**
 * A note's codes as lines of text.
 *
 * @module
 */
import type { PredictedCode, Prediction } from "../../model/run/predict.ts";

/** A block of text: a head, then a line a code; assigned ones have an asterisk. */
export function formatPrediction({ id, tokens, threshold, codes }: Prediction): string {
  const assigned = codes.filter(({ assigned }) => assigned).length;
  const width = codes.reduce((widest, { code }) => Math.max(widest, code.length), 0);
  const head = `${id}: ${tokens} tokens, ${assigned} codes above ${threshold.toPrecision(3)} (*)`;
  const lines = codes.map((code) => formatCode(code, width));
  return [head, ...lines].join("\n");
}

/** What a reader should know before trusting the codes, a line each. */
export function predictionWarnings({ id: name, tokens, read, known }: Prediction): string[] {
  const warnings: string[] = [];
  if (read < tokens) {
    warnings.push(`warning: ${name} has ${tokens} tokens; the first ${read} were read`);
  }
  if (known === 0) {
    warnings.push(`warning: no token of ${name} is known; its codes say nothing`);
  }
  return warnings;
}

function formatCode(
  { code, title, probability, assigned, words = [] }: PredictedCode,
  width: number,
): string {
  const distinct = [...new Set(words.map(({ word }) => word.toLowerCase()))];
  const attended = distinct.length > 0 ? ` [${distinct.join(", ")}]` : "";
  return `${assigned ? "*" : " "} ${code.padEnd(width)}  ${probability.toFixed(3)}  ` +
    `${title || "(no title)"}${attended}`;
}
