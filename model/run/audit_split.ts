/**
 * An audit of a dataset's split, whose codes are those that it was made with.
 *
 * @module
 */
import { type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import type { Split, Task } from "../../pipeline/schema.ts";
import { auditCase, type AuditRule } from "../audit/findings.ts";
import { suggestionsToReach } from "../audit/suggestions.ts";
import { documentScores, type ScoreMatrix } from "../metrics/score_matrix.ts";
import { scoreDocuments, splitTruth } from "../scoring.ts";
import type { AuditedCase } from "./audit_notes.ts";
import { requireTask } from "./predict.ts";
import { readDocuments } from "./read_documents.ts";
import type { RestoredModel } from "./restore.ts";
import { requireDataset, type Run } from "./run.ts";

/** The split whose cases are audited, by the codes of one label set. */
export interface SplitToAudit {
  /** The dataset that the run was made on. */
  readonly dataset: Dataset;
  readonly split: Split;
  /** Label set, which the run's model predicts. */
  readonly task: Task;
  readonly progress?: Progress | undefined;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/** A split's cases with the run's scores and their codes, in the split's order. */
export interface ScoredCases {
  readonly ids: readonly string[];
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
}

/**
 * Scores a split.
 *
 * @throws {IntegrityError} where the dataset is not the one that the run was made on.
 * @throws {UsageError} where the split has no documents, or the model does not predict the label set.
 */
export async function scoreCases(
  run: Run,
  { model }: Pick<RestoredModel, "model">,
  { dataset, split, task, progress = silent, interrupt }: SplitToAudit,
): Promise<ScoredCases> {
  requireDataset(run, dataset);
  requireTask(run, model, task);
  using documents = await readDocuments(run.config, dataset, split);
  if (documents.count === 0) {
    throw new UsageError(
      `auditing ${split} of ${dataset.directory}: it has no documents; name another --split`,
    );
  }
  const stage = progress.stage(`scores ${split}`, documents.count);
  const onScored = (done: number) => stage.reach(done);
  const { [task]: matrix } = await scoreDocuments(model, documents, run.config, {
    onScored,
    interrupt,
  });
  stage.end(`${documents.count} cases`);
  return {
    ids: dataset.splits[split].map(({ id }) => id),
    matrix: matrix!,
    truth: splitTruth(documents, task),
  };
}

/** What is found in each case, in the split's order. */
export function auditCases(
  run: Pick<Run, "labels">,
  { ids, matrix, truth }: ScoredCases,
  { task, rule }: { readonly task: Task; readonly rule: AuditRule },
): AuditedCase[] {
  return ids.map((id, row) => {
    const scores = documentScores(matrix, row);
    const given = rowOf(truth, row);
    return {
      id,
      findings: auditCase(scores, given, rule).map(({ kind, label, probability, weight }) => {
        const { code, title } = run.labels[task][label]!;
        return { kind, code, title, probability, weight };
      }),
      given: given.length,
      strange: [],
      suggestions: suggestionsToReach(scores, given),
    };
  });
}
