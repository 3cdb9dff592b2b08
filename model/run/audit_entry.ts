/**
 * What an audit log keeps of a prediction: digests, codes and numbers, and not a word of the note.
 *
 * @module
 */
import { sha256 } from "../../pipeline/files/checksum.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { Prediction, UncodedNote } from "./predict.ts";
import type { Run } from "./run.ts";

/** Which weights predict what. */
export interface AuditedModel {
  readonly run: Pick<Run, "configHash" | "dataset">;
  /** Digest of the checkpoint. */
  readonly weights: string;
  readonly task: Task;
}

/** An entry of the log. */
export function describePredictionForAudit(
  { text }: UncodedNote,
  { threshold, codes }: Prediction,
  { run, weights, task }: AuditedModel,
  time: Date,
): object {
  return {
    event: "prediction",
    time: time.toISOString(),
    note: sha256(text),
    run: { weights, config: run.configHash, dataset: run.dataset.hash },
    restricted: run.dataset.restricted,
    task,
    threshold,
    codes: codes.map(({ code, probability, assigned }) => ({ code, probability, assigned })),
  };
}
