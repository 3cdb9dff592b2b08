/**
 * The files that the word2vec program reads and writes. It sees token ids in base 62 instead of
 * words, so that no text lies in a temporary file, and a vocabulary with their counts, so that its
 * vectors are exactly the vocabulary's.
 *
 * Legend: `D` dimensions.
 *
 * @module
 */
import { ResourceError } from "../errors.ts";
import { writeAllSync, writeFailure } from "../files/write.ts";
import { UNKNOWN } from "../schema.ts";

/** The program's word for a line's end. */
const LINE_END = "</s>";
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** How often each token is in a corpus. */
export interface Counts {
  /** A document is a line. */
  readonly documents: number;
  /** Occurrences by token id. */
  readonly tokens: Float64Array;
}

/**
 * A token id as the program sees it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(idToWord(62), "10");
 * assert.equal(wordToId("10"), 62);
 * ```
 */
export function idToWord(id: number): string {
  const last = DIGITS[id % 62]!;
  return id < 62 ? last : idToWord(Math.floor(id / 62)) + last;
}

/** The id that {@linkcode idToWord} wrote. */
export function wordToId(word: string): number {
  let id = 0;
  for (const digit of word) id = 62 * id + DIGITS.indexOf(digit);
  return id;
}

/**
 * Writes a document a line, without padding and unknown tokens.
 *
 * @param vocabulary every token id is below this.
 * @throws {ResourceError} where it cannot be stored.
 */
export function writeCorpus(
  path: string,
  documents: Iterable<Int32Array>,
  vocabulary: number,
): Counts {
  const words = Array.from(
    { length: vocabulary },
    (_, id) => new TextEncoder().encode(idToWord(id) + " "),
  );
  const longest = words.at(-1)?.length ?? 0;
  const tokens = new Float64Array(vocabulary);
  let lines = 0;
  using file = create(path);
  for (const document of documents) {
    const line = new Uint8Array(document.length * longest + 1);
    let end = 0;
    for (const id of document) {
      if (id <= UNKNOWN) continue;
      tokens[id]!++;
      const word = words[id]!;
      for (let at = 0; at < word.length; at++) line[end++] = word[at]!;
    }
    line[end++] = 0x0a;
    writeAllSync(file, line.subarray(0, end), path);
    lines++;
  }
  return { documents: lines, tokens };
}

function create(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, createNew: true });
  } catch (error) {
    throw writeFailure(path, 0, error);
  }
}

/** The vocabulary file: a word and its count a line, the line's end first. */
export function formatCounts({ documents, tokens }: Counts): string {
  const lines = [`${LINE_END} ${documents}\n`];
  tokens.forEach((count, id) => {
    if (count > 0) lines.push(`${idToWord(id)} ${count}\n`);
  });
  return lines.join("");
}

/**
 * Reads the program's binary output into rows of `vectors`: a line with the number of words and D,
 * then for each a word, a blank, D little-endian floats and a line's end.
 *
 * @returns the ids found.
 * @throws {ResourceError} where the output is cut, which a full disk does.
 */
export function parseVectors(
  output: Uint8Array,
  vectors: Float32Array,
  dimensions: number,
): number[] {
  const text = new TextDecoder("latin1");
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  const headerEnd = output.indexOf(0x0a);
  const words = parseInt(text.decode(output.subarray(0, Math.max(0, headerEnd))));
  const ids: number[] = [];
  let at = headerEnd + 1;
  let read = 0;
  for (; read < words; read++) {
    const blank = output.indexOf(0x20, at);
    const end = blank + 1 + 4 * dimensions;
    if (blank < 0 || end >= output.length) break;
    const word = text.decode(output.subarray(at, blank));
    if (word !== LINE_END) {
      const id = wordToId(word);
      for (let d = 0; d < dimensions; d++) {
        vectors[id * dimensions + d] = view.getFloat32(blank + 1 + 4 * d, true);
      }
      ids.push(id);
    }
    at = end + 1;
  }
  if (read !== words || at !== output.length) {
    throw new ResourceError(
      `training word vectors: word2vec wrote ${output.length} bytes, good as far as ${at}; ` +
        "expected a vector for every word; free disk space and run again",
    );
  }
  return ids;
}
