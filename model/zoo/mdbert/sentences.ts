/**
 * A document's sentences as word pieces, and how much of a pass they take.
 *
 * @module
 */
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { UNKNOWN } from "../../../pipeline/schema.ts";
import type { TokenBatch } from "../../model.ts";
import type { BertInputs } from "./bert.ts";

/** How much of a document is read. */
export interface SentenceLimits {
  /** Word pieces in a sentence, [CLS] and [SEP] included. */
  readonly sentencePieces: number;
  /** Sentences of a document that are read. */
  readonly sentences: number;
}

/** A BERT's words, by id, as its pieces. */
export type Spelling = Pick<BertInputs, "wordPieces" | "cls" | "sep">;

/** Each document's sentences, each with its opening and closing piece. */
export function splitBatch(
  { tokens, width, hostLengths, sentences }: TokenBatch,
  spelling: Spelling,
  limits: SentenceLimits,
): Int32Array[][] {
  const host = tokens.dataSync() as Int32Array; // [B·T]
  return Array.from(hostLengths, (length, b) => {
    const words = host.subarray(b * width, b * width + length);
    return sentencesRead(words, spelling, limits, sentences?.[b]);
  });
}

/**
 * Which word each piece of {@linkcode splitBatch}'s sentences belongs to: 1 more than its place among
 * the batch's padded words [B·T]; 0 for the pieces that open and close a sentence.
 */
export function wordsOfPieces(
  batch: TokenBatch,
  { wordPieces }: Spelling,
  limits: SentenceLimits,
): Int32Array[][] {
  const host = batch.tokens.dataSync() as Int32Array; // [B·T]
  const places = Array.from(host, (word, place) => {
    const { length } = wordPieces[word] ?? wordPieces[UNKNOWN]!;
    return new Int32Array(length).fill(place + 1);
  });
  return Array.from(batch.hostLengths, (length, b) => {
    const words = Int32Array.from({ length }, (_, t) => b * batch.width + t);
    const spelling = { wordPieces: places, cls: 0, sep: 0 }; // sentences depend on lengths alone
    return sentencesRead(words, spelling, limits, batch.sentences?.[b]);
  });
}

/**
 * Sentences of at most `limit` pieces, the opening and the closing one included. One that is longer goes
 * on in the next. Words stay whole; one that is longer than a sentence is cut.
 *
 * @param starts places of the words that begin a sentence; without them, sentences are filled.
 */
export function splitSentences(
  words: Int32Array,
  { wordPieces, cls, sep }: Spelling,
  limit: number,
  starts?: Int32Array,
): Int32Array[] {
  const room = limit - 2;
  const sentences: Int32Array[] = [];
  let current: number[] = [];
  const close = () => sentences.push(Int32Array.of(cls, ...current, sep));
  let next = starts?.[0] === 0 ? 1 : 0; // the first word opens a sentence by itself
  for (const [place, word] of words.entries()) {
    const pieces = (wordPieces[word] ?? wordPieces[UNKNOWN]!).subarray(0, room);
    const begins = starts?.[next] === place;
    if (begins) next++;
    if (begins || current.length + pieces.length > room) {
      close();
      current = [];
    }
    current.push(...pieces);
  }
  close();
  return sentences;
}

/** The sentences that are read of a document. */
function sentencesRead(
  words: Int32Array,
  spelling: Spelling,
  { sentencePieces, sentences }: SentenceLimits,
  starts?: Int32Array,
): Int32Array[] {
  return splitSentences(words, spelling, sentencePieces, starts).slice(0, sentences);
}

/** Sentences of like lengths are padded to one of this many lengths, the longest that may be the last. */
const PADDED_LENGTHS = 4;

/** The pieces that a sentence is padded to. */
function paddedLength(length: number, sentencePieces: number): number {
  const step = Math.ceil(sentencePieces / PADDED_LENGTHS);
  return Math.min(sentencePieces, Math.ceil(length / step) * step);
}

/** Places of the sentences that are padded to one length, of each such length, short ones first. */
export function groupByPadding(
  sentences: readonly Int32Array[],
  sentencePieces: number,
): readonly (readonly number[])[] {
  const groups = Map.groupBy(
    sentences.keys(),
    (place) => paddedLength(sentences[place]!.length, sentencePieces),
  );
  return [...groups].sort(([a], [b]) => a - b).map(([, places]) => places);
}

/**
 * Pieces that each document takes in a pass, its sentences padded. Undefined where the documents do not
 * say where sentences begin.
 */
export function paddedPieces(
  documents: Documents,
  maxTokens: number,
  spelling: Spelling,
  limits: SentenceLimits,
): Int32Array | undefined {
  if (documents.count === 0 || documents.sentences?.(0) === undefined) return undefined;
  return Int32Array.from({ length: documents.count }, (_, row) => {
    const words = documents.tokens(row).subarray(0, maxTokens);
    return sentencesRead(words, spelling, limits, documents.sentences!(row))
      .reduce((sum, { length }) => sum + paddedLength(length, limits.sentencePieces), 0);
  });
}
