/**
 * What people marked, and what a model holds against it, as tokens.
 *
 * @module
 */
import type { TokenSpan } from "../../../pipeline/text/tokens.ts";

/** A code of a document, and the tokens that were marked for it. */
export interface MarkedCode {
  /** Number of the document: codes of one stay together where documents are parted. */
  readonly document: number;
  /** Index of the code. */
  readonly label: number;
  /** Tokens of the document, those that no model reads included. */
  readonly tokens: number;
  /** Distinct runs of tokens, rising; one at least. */
  readonly spans: readonly TokenSpan[];
}

/**
 * How strongly each token of the document speaks for the code, from 0: [tokens]. Tokens behind the last
 * one given have 0.
 */
export type Strengths = Float32Array;

/** 1 on marked tokens: [tokens]. */
export function markedTokens({ tokens, spans }: MarkedCode): Uint8Array {
  const marked = new Uint8Array(tokens);
  for (const { first, end } of spans) marked.fill(1, first, end);
  return marked;
}
