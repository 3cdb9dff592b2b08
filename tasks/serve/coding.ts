/**
 * Notes are coded and audited by a run that was loaded, and each leaves its line in the log.
 *
 * @module
 */
import { FINDING_KINDS, type FindingKind } from "../../model/audit/findings.ts";
import { describePredictionForAudit } from "../../model/run/audit_entry.ts";
import { type AuditedNote, type AuditOptions, createAuditor } from "../../model/run/audit_notes.ts";
import { createLabelFinder } from "../../model/run/find_label.ts";
import {
  createPredictor,
  type Prediction,
  type PredictOptions,
  type UncodedNote,
} from "../../model/run/predict.ts";
import type { AuditLog } from "../../pipeline/files/audit_log.ts";
import type { Task } from "../../pipeline/schema.ts";
import { listChunks } from "../cli/note_chunks.ts";
import type { InputNote } from "../cli/read_notes.ts";
import { createTurns, requireWaiting } from "./queue.ts";
import type { LoadedRun } from "./shelf.ts";

/** What a run doubts of a note's codes, as a prediction. */
export interface Doubts {
  /** Of missing codes, then of wrong ones; each the weightiest first. */
  readonly prediction: Prediction;
  readonly audit: {
    /** Why each code of the prediction is listed, in its order. */
    readonly kinds: readonly FindingKind[];
    /** Given codes that the run assigns, too. */
    readonly agreed: readonly string[];
    /** Given codes that the run does not know. */
    readonly strange: readonly string[];
  };
}

/** Codes and audits notes, by one caller at a time. */
export class NoteCoder {
  readonly #log: AuditLog | undefined;
  /** Entries come one after the other. */
  readonly #write = createTurns();

  /** @param log where a line is left of each note; nowhere by default. */
  constructor(log?: AuditLog) {
    this.#log = log;
  }

  /** Says which codes a run gives to notes. Throws as {@linkcode requireWaiting} between them. */
  async code(
    loaded: LoadedRun,
    notes: readonly InputNote[],
    options: PredictOptions,
    gone: AbortSignal,
  ): Promise<Prediction[]> {
    const { run, restored, learned: { tasks: learned } } = loaded;
    const predictor = createPredictor(run, restored, { ...options, learned });
    const predictions = await inChunks(notes, (chunk) => predictor.predict(chunk), gone);
    await this.#record(loaded, options.task, "prediction", notes, predictions);
    return predictions;
  }

  /** Holds notes against the codes that a person gave them. Throws as {@linkcode NoteCoder.code}. */
  async audit(
    loaded: LoadedRun,
    notes: readonly InputNote[],
    options: AuditOptions,
    gone: AbortSignal,
  ): Promise<AuditedNote[]> {
    const { run, restored, learned: { tasks: learned } } = loaded;
    const auditor = await createAuditor(run, restored, { ...options, learned });
    const coded = notes.map(({ codes = [], ...note }) => ({ ...note, codes }));
    const audits = await inChunks(coded, (chunk) => auditor.audit(chunk), gone);
    const doubts = audits.map(({ findings, threshold }) => ({ threshold, codes: findings }));
    await this.#record(loaded, options.task, "audit", notes, doubts);
    return audits;
  }

  /** An audit of a note as a prediction of what the run doubts: missing codes, then wrong ones. */
  async doubts(
    loaded: LoadedRun,
    note: InputNote,
    options: AuditOptions,
    gone: AbortSignal,
  ): Promise<Doubts> {
    const [audited] = await this.audit(loaded, [note], options, gone);
    const { findings, strange, ...rest } = audited!;
    const { run } = loaded;
    const ranked = FINDING_KINDS.flatMap((kind) => findings.filter((one) => one.kind === kind));
    const doubted = new Set(ranked.map(({ code }) => code));
    const labels = run.labels[options.task ?? run.config.target];
    const given = createLabelFinder(labels).places(note.codes ?? []);
    const agreed = Array.from(given, (at) => labels[at]!.code).filter((code) => !doubted.has(code));
    return {
      prediction: { ...rest, codes: ranked },
      audit: { kinds: ranked.map(({ kind }) => kind), agreed, strange },
    };
  }

  /** Appends an entry to the log, where there is one. */
  async append(entry: object): Promise<void> {
    const log = this.#log;
    if (log) await this.#write(() => log.append(entry));
  }

  /** Leaves a line a note in the log. */
  async #record(
    { run, restored }: LoadedRun,
    task: Task | undefined,
    event: "prediction" | "audit",
    notes: readonly UncodedNote[],
    predictions: readonly Pick<Prediction, "threshold" | "codes">[],
  ): Promise<void> {
    if (!this.#log) return;
    const model = { run, weights: restored.sha256, task: task ?? run.config.target };
    const time = new Date();
    for (const [at, prediction] of predictions.entries()) {
      const entry = describePredictionForAudit(notes[at]!, prediction, model, time, event);
      await this.append(entry);
    }
  }
}

/** What becomes of notes, so many at a time as are computed together. */
async function inChunks<Given, Result>(
  notes: readonly Given[],
  work: (chunk: readonly Given[]) => Promise<Result[]>,
  gone: AbortSignal,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const chunk of listChunks(notes)) {
    requireWaiting(gone);
    results.push(...await work(chunk));
  }
  return results;
}
