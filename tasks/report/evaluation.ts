/**
 * What is said of an evaluation: on the terminal the metrics that papers report, in `report.md` all of
 * them.
 *
 * @module
 */
import { type Baseline, MOST_FITTED } from "../../model/baselines/baselines.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { standInNote } from "../cli/stand_in.ts";
import { cohortNotes } from "./cohort_notes.ts";
import { allTables, type EvaluationReport, headlineTables } from "./evaluation_tables.ts";
import { restrictedNote, SYNTHETIC_NOTE } from "./restricted.ts";
import { systemTitle } from "./systems.ts";
import { formatMarkdown } from "./table.ts";
import { acceptanceNotes, guaranteeNote, trustNote, trustTables } from "./trust.ts";

const regression: Baseline = "bag-of-words logistic regression";

/** What is printed: notes and the metrics that papers report. */
export function formatHeadline(report: EvaluationReport): string {
  const tables = headlineTables(report).map(formatMarkdown);
  const accepted = acceptanceNotes(report.systems).flatMap((note) => [note, ""]);
  return [...evaluationNotes(report), "", ...tables, ...accepted].join("\n").trimEnd();
}

/** The text of `report.md`. */
export function formatEvaluation(report: EvaluationReport): string {
  return [
    `# ${systemTitle(report.config)} on ${report.dataset.manifest.labelSet}`,
    "",
    ...evaluationNotes(report),
    "",
    ...allTables(report).map(formatMarkdown),
    ...trustParagraphs(report),
  ].join("\n");
}

/** What a reader of the tables has to know: paragraphs, with empty lines between them. */
export function evaluationNotes(report: EvaluationReport): string[] {
  const { config, standIn, engine, dataset: { manifest }, systems } = report;
  const { train, dev, test } = manifest.documents;
  const notes = [
    `${train} train, ${dev} dev and ${test} test documents; trained with seed ${config.seed}, ` +
    `evaluated on ${engine}.`,
    "All values in percent. F1 at a threshold of 0.5, where the name says `tuned` at the one that " +
    "maximises micro-F1 on dev. `macro F1 (CAML)` is the harmonic mean of macro precision and macro " +
    "recall, which the paper reports; `macro F1` is the mean of the labels' F1, " +
    "`of labels present` over the labels that occur in the split.",
  ];
  if (standIn) notes.push(`**No best epoch**: ${standInNote(config.monitor)}.`);
  if (hasIntervals(report)) notes.push("In brackets 95% bootstrap intervals over documents.");
  const labels = Math.max(...TASKS.map((task) => manifest.labels[task]));
  if (systems.some(({ system }) => system === regression) && labels > MOST_FITTED) {
    notes.push(
      `Logistic regression is fitted for the ${MOST_FITTED} most frequent labels; the others keep ` +
        "their training frequency.",
    );
  }
  notes.push(...cohortNotes(report.dataset));
  if (manifest.synthetic) notes.push(SYNTHETIC_NOTE);
  if (manifest.restricted) notes.push(restrictedNote(manifest.options));
  return notes.flatMap((note) => [note, ""]).slice(0, -1);
}

/** How far the probabilities can be trusted, and which codes may be accepted unseen. */
function trustParagraphs({ systems }: EvaluationReport): string[] {
  const tables = trustTables(systems).map(formatMarkdown);
  const accepted = acceptanceNotes(systems);
  return [
    ...(tables.length > 0 ? [trustNote, "", ...tables] : []),
    ...(accepted.length > 0 ? [...accepted, guaranteeNote].flatMap((note) => [note, ""]) : []),
  ];
}

function hasIntervals({ systems }: EvaluationReport): boolean {
  return Object.values(systems[0]?.tasks ?? {})
    .flatMap(({ splits }) => Object.values(splits))
    .some(({ all }) => all.intervals !== undefined);
}
