/**
 * The thread that puts the next batch together while the current one trains. Its first message is the
 * split's layout, every later one a {@linkcode CollateRequest}.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { IntegrityError } from "../errors.ts";
import { type Batch, collate } from "./documents.ts";
import type { SplitLayout } from "./read_shards.ts";
import { ShardDocuments } from "./shard_documents.ts";

/** Asks for a batch. */
export interface CollateRequest {
  /** Rows of the split: [B]. */
  readonly rows: Int32Array;
  /** Tokens of a document that are read; the rest is cut off. */
  readonly maxTokens: number;
}

/** The batch, or what is wrong with the shard. */
export type CollateAnswer = { readonly batch: Batch } | { readonly damage: string };

let documents: ShardDocuments | undefined;

self.onmessage = ({ data }: MessageEvent<SplitLayout | CollateRequest>) => {
  if ("paths" in data) documents = new ShardDocuments(data);
  else if (documents) answer(documents, data);
};

function answer(documents: ShardDocuments, { rows, maxTokens }: CollateRequest): void {
  try {
    const batch = collate(documents, rows, maxTokens);
    reply({ batch }, [batch.tokens.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    reply({ damage: error.message });
  }
}

function reply(answer: CollateAnswer, transfer: Transferable[] = []): void {
  self.postMessage(answer, transfer);
}
