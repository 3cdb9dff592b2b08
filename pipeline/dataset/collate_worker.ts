/**
 * The thread that puts the next batch together while the current one trains. Its first message is the
 * split's layout, every later one a {@linkcode CollateRequest}.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { collate } from "./documents.ts";
import { IntegrityError } from "../errors.ts";
import { type CollateAnswer, type CollateRequest, SplitDocuments } from "./shard_documents.ts";
import type { SplitLayout } from "./read_shards.ts";

let documents: SplitDocuments | undefined;

self.onmessage = ({ data }: MessageEvent<SplitLayout | CollateRequest>) => {
  if ("paths" in data) documents = new SplitDocuments(data);
  else if (documents) answer(documents, data);
};

function answer(documents: SplitDocuments, { rows, maxTokens }: CollateRequest): void {
  try {
    const batch = collate(documents, rows, maxTokens);
    const message: CollateAnswer = { batch };
    self.postMessage(message, [batch.tokens.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    const message: CollateAnswer = { damage: error.message };
    self.postMessage(message);
  }
}
