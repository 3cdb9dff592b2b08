/**
 * What an audit log keeps of a prediction, or of what a person decided of a code: digests, codes and
 * numbers, and not a word of the note or of a reason.
 *
 * @module
 */
import { sha256 } from "../../pipeline/files/checksum.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { Prediction, UncodedNote } from "./predict.ts";
import type { Run } from "./run.ts";

/** The weights that predict, and the label set that they predict. */
export interface AuditedModel {
  readonly run: Pick<Run, "configHash" | "dataset">;
  /** SHA-256 of the checkpoint. */
  readonly weights: string;
  readonly task: Task;
}

/** What a person decided of a code of a note. */
export interface AuditedDecision {
  /** SHA-256 of the note's text: the text itself is not kept. */
  readonly note: string;
  readonly code: string;
  readonly decision: string;
}

/** An entry of the log for a prediction; for an audit, whose codes are those that the run doubts. */
export function describePredictionForAudit(
  { text }: UncodedNote,
  { threshold, codes }: Pick<Prediction, "threshold" | "codes">,
  model: AuditedModel,
  time: Date,
  event: "prediction" | "audit" = "prediction",
): object {
  return {
    ...describeEvent(event, sha256(text), model, time),
    threshold,
    codes: codes.map(({ code, probability, assigned }) => ({ code, probability, assigned })),
  };
}

/** An entry of the log for a decision: the note by its digest alone. */
export function describeDecisionForAudit(
  { note, code, decision }: AuditedDecision,
  model: AuditedModel,
  time: Date,
): object {
  return { ...describeEvent("decision", note, model, time), code, decision };
}

function describeEvent(
  event: string,
  note: string,
  { run, weights, task }: AuditedModel,
  time: Date,
): object {
  return {
    event,
    time: time.toISOString(),
    note,
    run: { weights, config: run.configHash, dataset: run.dataset.hash },
    restricted: run.dataset.restricted,
    task,
  };
}
