/**
 * A thread that tokenises: texts come in by the chunk, token ids go to a file of its own, and the
 * terms are handed over at the end. In the file, the id of a word that begins a sentence is stored as
 * its complement, `~id`. Its first message is that file's path.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { removeName, writeAllSync, writeFailure } from "../files/write.ts";
import { locateSentences, sentenceStarts } from "./sentences.ts";
import { TermTable } from "./term_table.ts";
import { locateTokens } from "./tokens.ts";

/** Some documents' texts, one behind the other. */
export interface TextChunk {
  /** UTF-8. Its buffer is given away, and comes back with the answer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each document ends in `bytes`. */
  readonly ends: Int32Array;
  /** For each document: whether all of its bytes are ASCII. */
  readonly ascii: Uint8Array;
}

/** What a thread is told: where to write, texts, or that no more come. */
export type TokenRequest = { readonly path: string } | TextChunk | "finish";

/** Tokens of each document of a chunk. */
export interface ChunkAnswer {
  /** Tokens of each document of the chunk. */
  readonly lengths: Int32Array;
  /** The chunk's buffer, to be filled again. */
  readonly buffer: ArrayBuffer;
}

/** The terms of all texts, by the thread's own ids. */
export interface TermsAnswer {
  /** A term's place is the id that the thread gave it. */
  readonly terms: readonly string[];
}

/** What a thread answers; `failure` is that the ids could not be stored. */
export type TokenAnswer = ChunkAnswer | TermsAnswer | { readonly failure: string };

const table = new TermTable();
let room = new Int32Array(1 << 20); // for the ids of a chunk, used again and again
let places = new Int32Array(2 * room.length); // and for where a document's tokens start and end
let path = "";
let file: Deno.FsFile | undefined;

self.onmessage = ({ data }: MessageEvent<TokenRequest>) => {
  if (data === "finish") {
    file?.close();
    reply({ terms: Array.from({ length: table.size }, (_, id) => table.term(id)) });
  } else if ("path" in data) {
    path = data.path;
  } else {
    const { ids, lengths } = tokenise(data);
    try {
      store(ids);
    } catch (error) {
      return reply({ failure: writeFailure(path, ids.byteLength, error).message });
    }
    reply({ lengths, buffer: data.bytes.buffer }, [data.bytes.buffer]);
  }
};

/** Token ids of a chunk's documents, one behind the other, in `room`, and how many each has. */
function tokenise({ bytes, ends, ascii }: TextChunk): { ids: Int32Array; lengths: Int32Array } {
  const most = (bytes.length >> 1) + ends.length;
  if (room.length < most) {
    room = new Int32Array(2 * most);
    places = new Int32Array(2 * room.length);
  }
  const lengths = new Int32Array(ends.length);
  let total = 0;
  let start = 0;
  for (const [at, end] of ends.entries()) {
    const text = bytes.subarray(start, end);
    const ids = room.subarray(total);
    const count = lengths[at] = ascii[at] ? scan(text, ids) : add(text, ids);
    total += count;
    start = end;
  }
  return { ids: room.subarray(0, total), lengths };
}

/** Writes the ids of an ASCII text's tokens and returns how many there are. */
function scan(text: Uint8Array, ids: Int32Array): number {
  const count = table.scan(text, ids, places);
  for (const at of sentenceStarts(text, places.subarray(0, 2 * count))) ids[at] = ~ids[at]!;
  return count;
}

/** {@linkcode scan} of any text. */
function add(bytes: Uint8Array, ids: Int32Array): number {
  const text = new TextDecoder().decode(bytes);
  const tokens = locateTokens(text);
  ids.set(table.add(tokens));
  for (const at of locateSentences(text, tokens)) ids[at] = ~ids[at]!;
  return tokens.length;
}

function store(ids: Int32Array): void {
  file ??= openUnnamed(path);
  writeAllSync(file, new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength), path);
}

/**
 * Opens a file that the other thread has open, too, and removes its name: what is in it is gone with
 * the process, however that ends. Windows keeps the name until then.
 */
function openUnnamed(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { write: true });
  if (Deno.build.os !== "windows") removeName(path);
  return file;
}

function reply(answer: TokenAnswer, transfer: Transferable[] = []): void {
  self.postMessage(answer, transfer);
}
