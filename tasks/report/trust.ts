/**
 * How far a run's scores can be trusted, in tables and in words.
 *
 * @module
 */
import {
  CALIBRATION_METHODS,
  type CalibrationMethod,
} from "../../model/calibration/calibration.ts";
import type { Acceptance } from "../../model/calibration/selective.ts";
import type { Interval } from "../../model/metrics/bootstrap/count_intervals.ts";
import type { Reliability } from "../../model/metrics/reliability.ts";
import type { SystemEvaluation } from "../../model/run/evaluate_run.ts";
import type { TaskTrust } from "../../model/run/trust.ts";
import { type Split, SPLITS, type Task, TASKS } from "../../pipeline/schema.ts";
import { formatPercent, formatWhole } from "../cli/format.ts";
import { taskTitles } from "./evaluation_tables.ts";
import type { Table } from "./table.ts";

/** What the figures of the tables are. */
export const trustNote =
  "ECE, the expected calibration error, is the mean difference between how probable codes are said to " +
  "be and how many of them are true, over all codes of all cases, in 15 bins of equal width; Brier, the " +
  "mean squared difference. Temperature and isotonic regression are learned on dev; predict uses the " +
  "one whose Brier score is the least there. On dev, a case's probabilities come of what other cases " +
  "teach. In brackets 95% bootstrap intervals over cases, where there are any.";

/** What a method does to a score, in words. */
export function methodTitle(method: CalibrationMethod, { temperature = 1 }: TaskTrust): string {
  switch (method) {
    case "none":
      return "as the model gives them";
    case "temperature":
      return `at temperature ${temperature.toFixed(3)}`;
    case "isotonic":
      return "isotonic regression";
  }
}

/** Tables of all label sets and splits of the run's model; none where nothing was measured. */
export function trustTables(systems: readonly SystemEvaluation[]): Table[] {
  return TASKS.flatMap((task) => {
    const trust = systems[0]?.tasks[task]?.trust;
    return trust ? SPLITS.flatMap((split) => splitTables(task, split, trust)) : [];
  });
}

/** Calibration on a split: a table by method, then one by group of labels where there are any. */
export function splitTables(task: Task, split: Split, trust: TaskTrust): Table[] {
  const measured = trust.reliability[split];
  if (!measured) return [];
  const methods = CALIBRATION_METHODS.filter((method) => measured[method]);
  const title = `${taskTitles[task]}, ${split}: calibration`;
  const byMethod: Table = {
    title,
    columns: ["probabilities", "ECE", "Brier"],
    rows: methods.map((method) => [
      methodTitle(method, trust) + (method === trust.use ? ", in use" : ""),
      ...cells(measured[method]!.all),
    ]),
  };
  const used = measured[trust.use]!;
  const groups = Object.keys(used.groups);
  if (groups.length === 0) return [byMethod];
  return [byMethod, {
    title: `${title} by group of labels, as given and as in use`,
    columns: ["labels", "ECE, given", "Brier, given", "ECE, in use", "Brier, in use"],
    rows: groups.map((name) => [
      name,
      ...cells(measured.none!.groups[name]!),
      ...cells(used.groups[name]!),
    ]),
  }];
}

/** What may be accepted unseen, a paragraph for each label set; none where no promise was asked for. */
export function acceptanceNotes(systems: readonly SystemEvaluation[]): string[] {
  return TASKS.flatMap((task) => {
    const acceptance = systems[0]?.tasks[task]?.trust?.acceptance;
    return acceptance ? [acceptanceNote(task, acceptance)] : [];
  });
}

function acceptanceNote(task: Task, acceptance: NonNullable<TaskTrust["acceptance"]>): string {
  const { precision, confidence, threshold, splits } = acceptance;
  const promise = `a precision of ${formatShare(precision)} (confidence ` +
    `${formatShare(confidence)})`;
  const what = taskTitles[task];
  if (threshold === null) {
    return `${what}: no threshold on dev keeps ${promise}: none may be accepted unseen.`;
  }
  const found = SPLITS.flatMap((split) => {
    const own = splits[split];
    return own ? [describeAcceptance(split, own)] : [];
  });
  return [
    `${what} with a score above ${threshold.toFixed(3)} may be accepted unseen at ${promise}.`,
    ...found,
  ].join(" ");
}

function describeAcceptance(split: Split, found: Acceptance): string {
  const { cases, accepting, complete, assigned, accepted, right, precision, positives } = found;
  const where = split === "dev" ? "On dev, where it was found," : `On ${split}`;
  if (accepted === 0) return `${where} no code is.`;
  return `${where} they are ${percentOf(accepted, assigned)} of the assigned codes ` +
    `(${formatWhole(accepted)}; ${percentOf(right, positives)} of the true ones) in ` +
    `${percentOf(accepting, cases)} of the cases, and all assigned codes in ` +
    `${percentOf(complete, cases)}; ${formatPercent(precision)}% of a case's accepted codes are ` +
    `right in the mean, ${percentOf(right, accepted)} of all.`;
}

/** The guarantee, by name and with what it assumes. */
export const guaranteeNote =
  "The promise is of the mean over cases of the share of right codes among those accepted (the false " +
  "discovery rate is controlled), by Learn then Test: thresholds are tested on dev from the strictest " +
  "on, each by Hoeffding's inequality over cases, until one fails. It assumes that new cases are drawn " +
  "like dev's, and that a lower threshold is nowhere more precise.";

function cells({ ece, brier, intervals }: Reliability): string[] {
  const share = (value: number) => (100 * value).toFixed(2);
  const square = (value: number) => value.toFixed(4);
  return [
    withInterval(share, ece, intervals?.ece),
    withInterval(square, brier, intervals?.brier),
  ];
}

/** `1.23 (1.10–1.40)`. */
function withInterval(
  format: (value: number) => string,
  value: number,
  interval: Interval | undefined,
): string {
  return interval ? `${format(value)} (${interval.map(format).join("–")})` : format(value);
}

function percentOf(part: number, whole: number): string {
  return whole === 0 ? "none" : `${formatPercent(part / whole)}%`;
}

/** `95%`, `99.5%`. */
function formatShare(share: number): string {
  return `${Number((100 * share).toFixed(3))}%`;
}
