/**
 * Evaluates a run's words behind codes and writes what comes of it into its directory.
 *
 * @module
 */
import { basename, join } from "node:path";
import { EVIDENCE_PAGE, EVIDENCE_RECORD, EVIDENCE_SCRATCH } from "../../model/run/contents.ts";
import { lockEvaluation } from "../../model/run/lock.ts";
import { evaluateRunEvidence } from "../../model/run/evaluate_evidence.ts";
import { restoreModel } from "../../model/run/restore.ts";
import type { Run } from "../../model/run/run.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Annotation } from "../../pipeline/evidence/annotation.ts";
import type { NotesByDocument } from "../../pipeline/evidence/notes.ts";
import { readEvidence } from "../../pipeline/evidence/read_evidence.ts";
import { privateModes } from "../../pipeline/files/restricted.ts";
import { formatSealed } from "../../pipeline/files/sealed.ts";
import { removeUnfinished, writeAtomic } from "../../pipeline/files/write.ts";
import type { Progress } from "../../pipeline/progress.ts";
import type { Split } from "../../pipeline/schema.ts";
import { openScratch } from "../cli/scratch.ts";
import { type EvidenceReport, formatEvidence } from "./evidence_tables.ts";
import { restrictedNote } from "./restricted.ts";
import { systemTitle } from "./systems.ts";

/** What to evaluate, and on what. */
export interface EvidenceFiles {
  readonly run: Run;
  /** The dataset that the run was made on. */
  readonly dataset: Dataset;
  /** The engine in use, in words. */
  readonly engine: string;
  readonly splits: readonly Split[];
  /** Files or folders of annotations. */
  readonly evidence?: readonly string[] | undefined;
  /** The notes that the dataset was made of. */
  readonly notes?: readonly string[] | undefined;
  readonly progress: Progress;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly interrupt: AbortSignal;
}

/**
 * Evaluates the best weights of a run and writes `evidence.json` and `evidence.md`.
 *
 * @throws {ReportedError} where a file is not what it should be, or another process evaluates the run.
 */
export async function reportEvidence(files: EvidenceFiles): Promise<EvidenceReport> {
  const { run, dataset, splits, progress, interrupt } = files;
  const { evidence, notes: paths } = requireFiles(files);
  const { directory, config } = run;
  using _modes = privateModes(run.dataset.restricted);
  using _lock = await lockEvaluation(directory);
  await removeUnfinished(directory, (name) => name === EVIDENCE_RECORD || name === EVIDENCE_PAGE);
  const annotations = await readEvidence(evidence);
  const notes = await readNotes(files, paths, annotations);
  const restored = await restoreModel(run, "best");
  try {
    const evaluation = await evaluateRunEvidence({
      run,
      restored,
      dataset,
      splits,
      annotations,
      notes,
      progress,
      interrupt,
    });
    const report: EvidenceReport = {
      system: systemTitle(config),
      run: directory,
      dataset: dataset.directory,
      restricted: run.dataset.restricted ? restrictedNote(run.dataset) : undefined,
      files: evidence.map((path) => basename(path)),
      labels: dataset.labels[config.target],
      evaluation,
    };
    await writeEvidence(files, restored.sha256, report);
    return report;
  } finally {
    restored.model.weights.dispose();
  }
}

/** Writes both files. */
async function writeEvidence(
  { run: { directory, dataset: { hash } }, engine, splits }: EvidenceFiles,
  weights: string,
  report: EvidenceReport,
): Promise<void> {
  const record = {
    format: "marn-evidence",
    version: 1,
    dataset: hash,
    weights,
    engine,
    splits,
    files: report.files,
    evaluation: withCodes(report),
  };
  await writeAtomic(join(directory, EVIDENCE_RECORD), formatSealed(record));
  await writeAtomic(join(directory, EVIDENCE_PAGE), formatEvidence(report));
}

/** Both kinds of files. Throws {@linkcode UsageError} where one is missing. */
function requireFiles({ dataset, evidence, notes }: EvidenceFiles) {
  if (evidence && notes) return { evidence, notes };
  const sources = dataset.manifest.sources.map(({ name }) => name).join(", ");
  throw new UsageError(
    evidence
      ? `reading --evidence: annotations are places in notes; expected --notes with those that the ` +
        `dataset was made of (it was made of ${sources})`
      : "reading --notes: expected --evidence with it; leave it out to evaluate the codes",
  );
}

/** Notes of the documents in these splits that have annotations. */
async function readNotes(
  { run, dataset, splits, progress }: EvidenceFiles,
  paths: readonly string[],
  annotations: readonly Annotation[],
): Promise<NotesByDocument> {
  const known = new Set(splits.flatMap((split) => dataset.splits[split].map(({ id }) => id)));
  const wanted = new Set(annotations.map(({ document }) => document).filter((id) => known.has(id)));
  const { source } = dataset.manifest.options;
  const stage = progress.stage("notes of annotated documents");
  const { readDocumentNotes } = await import("../../pipeline/evidence/notes.ts"); // and DuckDB
  await using limits = await openScratch(join(run.directory, EVIDENCE_SCRATCH));
  const notes = await readDocumentNotes({ source, paths }, wanted, limits);
  stage.end(`${notes.size} of ${wanted.size} documents`);
  return notes;
}

/** The evaluation, its labels by their codes. */
function withCodes({ labels, evaluation }: EvidenceReport): object {
  const choosers = evaluation.choosers.map(({ by, agreement, faithfulness }) => ({
    by,
    agreement: {
      ...agreement,
      byCode: agreement.byCode.map(({ label, ...rest }) => ({
        code: labels[label]!.code,
        ...rest,
      })),
    },
    faithfulness,
  }));
  return { ...evaluation, choosers };
}
