/**
 * What a reader of a reproduced table has to know.
 *
 * @module
 */
import { cohortNotes } from "../report/cohort_notes.ts";
import { paperObstacle } from "../report/paper.ts";
import { restrictedNote } from "../report/restricted.ts";
import {
  conditions,
  missingRuns,
  type RunConditions,
  systemCaveats,
} from "../experiment/conditions.ts";
import type { PlannedExperiment } from "../experiment/planned.ts";
import type { Protocol } from "../experiment/experiment.ts";
import { marnRow, rawVectorsRow } from "./rows.ts";
import { RESAMPLES, type SummaryRow } from "../experiment/summary.ts";

/** What the notes are about. */
export type NotesSubject = RunConditions & Pick<PlannedExperiment, "experiment">;

/** Whether the paper's numbers may stand beside. */
export function isComparable(
  { experiment, dataset }: Pick<PlannedExperiment, "experiment" | "dataset">,
): boolean {
  return dataset.manifest.labelSet === experiment.labelSet &&
    paperObstacle(dataset, experiment.target) === undefined;
}

/** What to know of the rows that there are: a paragraph each. */
export function reproductionNotes(subject: NotesSubject, rows: readonly SummaryRow[]): string[] {
  const { runs } = subject;
  const done = new Set(rows.flatMap(({ runs }) => runs.map(({ name }) => name))).size;
  return [
    provenance(subject),
    ...missingRuns(runs, done),
    conditions(subject),
    ...cohortNotes(subject.dataset),
    ...restriction(subject),
    ...training(subject),
    ...comparison(rows),
    ...caveats(subject),
  ];
}

function provenance({ experiment, dataset }: NotesSubject): string {
  const { synthetic, labelSet } = dataset.manifest;
  const leftOut = "the paper's numbers do not compare and are left out";
  if (synthetic) {
    return `**The notes are synthetic**: no number here says anything about clinical text, and ` +
      `${leftOut}.`;
  }
  const obstacle = paperObstacle(dataset, experiment.target);
  if (obstacle !== undefined) return `${obstacle}: ${leftOut}.`;
  if (labelSet === experiment.labelSet) return "MIMIC-III, published split and labels.";
  return `MIMIC-III with other labels, ${labelSet}: ${leftOut}.`;
}

function restriction({ dataset: { manifest } }: NotesSubject): string[] {
  return manifest.restricted ? [restrictedNote(manifest.options)] : [];
}

const protocols: { readonly [protocol in Protocol]: string } = {
  paper:
    "Protocol paper: the single-task systems are trained as the paper's authors trained theirs, " +
    "with MARN's settings, focal loss and frozen word vectors of unit length; BiGRU has label " +
    "attention, DR-CAML λ = 10.",
  authors: "Protocol authors: each single-task system is trained as its own authors trained it.",
};

/** How rows are trained that are not their authors' systems, or not in their authors' way. */
function training({ experiment, set }: NotesSubject): string[] {
  const { id, protocol, labelSet, rows } = experiment;
  const notes: string[] = [];
  if (protocol) {
    const table = labelSet === "full" ? 2 : 1;
    notes.push(
      `${protocols[protocol]} MARN's row is its run of Table ${table}, stopped on ICD codes.`,
    );
  }
  if (
    rows.includes(rawVectorsRow) && !set.some((text) => text.startsWith("model.unitEmbedding="))
  ) {
    notes.push(
      `MARN reads word vectors of unit length, as its authors' does; "${rawVectorsRow.name}" is the ` +
        "same system on vectors as word2vec left them.",
    );
  }
  if (id === "figure-8") {
    notes.push(
      "CAML and MultiResCNN with blocks are trained as MT-RAM's release trains them: learning rate " +
        "8e-3, frozen vectors, clipping at 1, 50 epochs, where the preset leaves the choice. " +
        "BiGRU + MTL + RAM is MT-RAM.",
    );
  }
  return notes;
}

function comparison(rows: readonly SummaryRow[]): string[] {
  if (rows.length > 0 && rows.every(({ name }) => name === marnRow.name)) return [];
  if (rows.every(({ versusMarn }) => versusMarn === null)) {
    return ["No p-values: MARN has no finished run with these settings."];
  }
  return [
    `p: two-sided paired bootstrap against MARN, ${RESAMPLES} resamples of the documents; runs of ` +
    `the same seed are paired.`,
  ];
}

function caveats(subject: NotesSubject): string[] {
  const { experiment, dataset, runs } = subject;
  const comparable = isComparable(subject);
  const notes: string[] = [];
  const { labelSet } = dataset.manifest;
  if (comparable && paperObstacle(dataset, "ccs") !== undefined) {
    notes.push("Prepared with --ccs-labels separate: the paper merged equal category numbers.");
  }
  if (comparable && experiment.rows.some(({ name }) => name === "Fusion")) {
    notes.push("The paper's Fusion was trained on more documents than its other systems.");
  }
  if (comparable && experiment.rows.some(({ name }) => name === "linear up-sampling")) {
    notes.push(
      "The paper's footnote 2 gives no row: deconvolution is better than a linear projection by 0.05 " +
        "to 1.73 points in every score.",
    );
  }
  if (comparable && experiment.target === "ccs" && labelSet === "top50") {
    notes.push("The paper's BiGRU row equals Table 1's CNN row there, which may be a slip.");
  }
  return [...notes, ...systemCaveats(runs)];
}
