/**
 * What moved in a window of notes, as lines of text.
 *
 * @module
 */
import {
  type CheckName,
  type CodeFigure,
  type DriftCheck,
  MOST_SHIFT,
} from "../../model/analysis/drift.ts";
import { counted, formatPercent, quoteArgument } from "../cli/format.ts";
import type { Label } from "../../pipeline/schema.ts";

const NAMES: { readonly [name in CheckName]: string } = {
  tokens: "tokens a note",
  unknown: "share of unknown words",
  highest: "highest score of a note",
  expected: "codes expected of a note",
  assigned: "rates of assigned codes",
  carried: "rates of given codes",
  losses: "loss of given codes",
  surprise: "surprise of given codes",
  excess: "codes beyond expected",
};

/** A line a check, those that moved with an asterisk. */
export function formatChecks(checks: readonly DriftCheck[], labels: readonly Label[]): string {
  return checks.map((check) => `${check.moved ? "*" : " "} ${formatCheck(check, labels)}`).join(
    "\n",
  );
}

/** How many moved, in words. */
export function formatVerdict(checks: readonly DriftCheck[], notes: number): string {
  const moved = checks.filter(({ moved }) => moved).map(({ name }) => NAMES[name]);
  const what = moved.length === 0 ? "nothing moved" : `moved (*): ${moved.join(", ")}`;
  return `${counted(notes, "note")}: ${what}`;
}

/** What is said of a window in which nothing could be seen; undefined of others. */
export function fewNotesWarning(checks: readonly DriftCheck[], notes: number): string | undefined {
  const isBlind = checks.some((check) => check.kind === "distribution" && check.threshold >= 1);
  if (!isBlind) return undefined;
  return `warning: ${counted(notes, "note")} and the run's dev split are too few: no distance ` +
    "can be above its threshold, and a mean moves by chance; give more notes";
}

/** What a profile of an earlier version cannot be compared by, and how to make it anew. */
export function formatMissing(figures: readonly CodeFigure[], run: string): string {
  const names = figures.map((name) => NAMES[name]).join(", ");
  return `warning: the run's profile is of an earlier version; not compared: ${names}; evaluate the run ` +
    `again, with its dev split: deno task evaluate --run ${quoteArgument(run)}`;
}

function formatCheck(check: DriftCheck, labels: readonly Label[]): string {
  const name = NAMES[check.name].padEnd(25);
  if (check.kind === "distribution") {
    const { distance, threshold, shift, before, now, beyond, mostBeyond } = check;
    return `${name} distance ${distance.toFixed(3)}, threshold ${threshold.toFixed(3)}; mean ` +
      `${short(before)} → ${short(now)}, ${shift.toFixed(1)} errors, threshold ${MOST_SHIFT}; ` +
      `${beyond} beyond all before, threshold ${mostBeyond}`;
  }
  const { label, probability, threshold, before, now } = check;
  const others = check.labels > 1 ? `, and ${check.labels - 1} more` : "";
  return `${name} probability ${probability.toExponential(1)}, threshold ` +
    `${threshold.toExponential(1)}; ${labels[label]!.code} ${percent(before)} → ` +
    `${percent(now)}${others}`;
}

function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function percent(rate: number): string {
  return `${formatPercent(rate)}%`;
}
