/**
 * What an audit is worth, in tables.
 *
 * @module
 */
import { type Insertion, INSERTIONS } from "../../model/audit/plant_errors.ts";
import type { SuggestionSummary } from "../../model/audit/suggestions.ts";
import { type HeadWorth, type ListName, LISTS, type ListWorth } from "../../model/audit/worth.ts";
import { formatPercent } from "../cli/format.ts";
import { formatMarkdown, type Table } from "../report/table.ts";
import type { AuditMeasurement } from "./measure.ts";

/** What the lists are called. */
const LIST_NAMES: { readonly [list in ListName]: string } = {
  all: "both kinds",
  missing: "likely missing",
  wrong: "likely wrong",
};

/** How wrong codes are chosen, in words. */
const INSERTION_NAMES: { readonly [insertion in Insertion]: string } = {
  uniform: "any code alike",
  frequency: "codes as often as they are given",
};

/** The measurement as tables in Markdown. */
export function formatMeasurement(measured: AuditMeasurement): string {
  const { split, cases, codes, share, seeds, worth, suggestions } = measured;
  const head =
    `${split}: ${cases} cases, ${codes} codes; ${formatPercent(share)}% of them left out, ` +
    `as many put in, ${seeds} times. In percent; in brackets 95% bootstrap intervals over cases.`;
  const tables = INSERTIONS.map((insertion): Table => ({
    title: `Wrong codes: ${INSERTION_NAMES[insertion]}`,
    columns: ["list, its first", "planted: audit", "by frequency", "by chance", "audit: of all"],
    rows: LISTS.flatMap((list) => rowsOf(LIST_NAMES[list], worth[insertion][list])),
  }));
  return [head, "", ...[...tables, suggestionTable(suggestions)].map(formatMarkdown)].join("\n");
}

function rowsOf(name: string, { chance, heads }: ListWorth): string[][] {
  return heads.audit.map((head, at) => [
    `${name}, ${head.k}`,
    formatPrecision(head),
    formatPrecision(heads.frequency[at]!),
    formatPercent(chance),
    formatPercent(head.recall),
  ]);
}

function formatPrecision({ precision, interval: [low, high] }: HeadWorth): string {
  return `${formatPercent(precision)} (${formatPercent(low)}–${formatPercent(high)})`;
}

function suggestionTable(suggestions: AuditMeasurement["suggestions"]): Table {
  const row = (name: string, { mean, interval, median, mostly }: SuggestionSummary) => {
    const [low, high] = interval.map((value) => value.toFixed(1));
    return [name, `${mean.toFixed(1)} (${low}–${high})`, `${median}`, `${mostly}`];
  };
  return {
    title: "Suggestions that hold 90% of a case's codes",
    columns: ["first", "mean", "median", "of nine cases in ten, at most"],
    rows: [
      row("the most probable", suggestions.audit),
      row("the most frequent", suggestions.frequency),
    ],
  };
}
