/**
 * Two compared runs as people read them.
 *
 * @module
 */
import { formatPercent } from "../cli/format.ts";
import { metricTitle } from "../report/metrics.ts";
import { formatPlain } from "../report/table.ts";
import { formatP, formatSigned } from "../experiment/summary_table.ts";
import type { RunComparison } from "./comparison.ts";

/** Both tables and the notes below them. */
export function formatComparison(comparison: RunComparison): string {
  const { runs, differences, notes } = comparison;
  const configuration = differences.length === 0
    ? "Their configurations, datasets and engines are the same.\n"
    : formatPlain({
      title: "What differs",
      columns: ["key", ...runs],
      rows: differences.map((
        { key, values },
      ) => [key, ...values.map((value) => `${value ?? "–"}`)]),
    });
  return [configuration, ...formatScores(comparison), ...notes.map((note) => `${note}\n`)].join(
    "\n",
  );
}

function formatScores({ runs, split, metrics, resamples }: RunComparison): string[] {
  if (split === null) return [];
  const table = formatPlain({
    title: `On ${split}, in percent`,
    columns: ["metric", ...runs, "difference", "p"],
    rows: metrics.map(({ metric, values, difference, p }) => [
      metricTitle(metric),
      ...values.map((value) => formatPercent(value ?? NaN, "–")),
      formatSigned(difference === null ? null : difference * 100),
      p === null ? "" : formatP(p),
    ]),
  });
  if (metrics.every(({ p }) => p === null)) return [table];
  return [
    table,
    `p: two-sided paired bootstrap over documents, ${resamples} resamples, F1 at 0.5.\n`,
  ];
}
