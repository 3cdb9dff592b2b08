/**
 * The thread that puts the next batch together while the current one trains. Its first message is the
 * split's layout, every later one a {@linkcode CollateRequest}.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { ReportedError } from "../errors.ts";
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

/** The batch, or why there is none: an error's message and exit code. */
export type CollateAnswer =
  | { readonly batch: Batch }
  | { readonly failure: string; readonly exitCode: number };

let layout: SplitLayout | undefined;
let documents: ShardDocuments | undefined;

self.onmessage = ({ data }: MessageEvent<SplitLayout | CollateRequest>) => {
  if ("shards" in data) layout = data;
  else answer(data);
};

function answer({ rows, maxTokens }: CollateRequest): void {
  try {
    documents ??= new ShardDocuments(layout!);
    const batch = collate(documents, rows, maxTokens);
    reply({ batch }, [batch.tokens.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    reply({ failure: error.message, exitCode: error.exitCode });
  }
}

function reply(answer: CollateAnswer, transfer: Transferable[] = []): void {
  self.postMessage(answer, transfer);
}
