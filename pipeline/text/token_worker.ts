/**
 * A thread that tokenises: texts come in by the chunk, token ids go to a file of its own, and the
 * terms are handed over at the end. Its first message is that file's path.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { removeName, writeAllSync, writeFailure } from "../files/write.ts";
import { TermTable } from "./term_table.ts";

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
  if (room.length < most) room = new Int32Array(2 * most);
  const lengths = new Int32Array(ends.length);
  let total = 0;
  let start = 0;
  for (const [at, end] of ends.entries()) {
    const text = bytes.subarray(start, end);
    if (ascii[at]) lengths[at] = table.scan(text, room.subarray(total));
    else {
      const tokens = table.add(new TextDecoder().decode(text));
      room.set(tokens, total);
      lengths[at] = tokens.length;
    }
    total += lengths[at]!;
    start = end;
  }
  return { ids: room.subarray(0, total), lengths };
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
