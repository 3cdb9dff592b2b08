/**
 * Figure 1: how many documents carry each code and each category.
 *
 * @module
 */
import {
  describeTail,
  type RankedLabel,
  rankLabels,
  RARE,
} from "../../model/analysis/label_frequencies.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { LABEL_NOUNS, TASKS } from "../../pipeline/schema.ts";
import { formatPercent, formatWhole } from "../cli/format.ts";
import { composeChart, type Panel, panelTitle } from "../charts/chart.ts";
import type { Figure } from "./figure.ts";
import { describeOrigins, originOf } from "./origin.ts";
import { palette } from "../charts/palette.ts";

/** The figure of some datasets, a row of panels for each. */
export function drawFrequencies(datasets: readonly Dataset[]): Figure {
  const sets = datasets.flatMap(({ manifest: { labelSet }, labels }) =>
    TASKS.filter((task) => labels[task].length > 0).map((task) => {
      const ranked = rankLabels(labels[task]);
      const title = `${task.toUpperCase()} ${LABEL_NOUNS[task]}, ${labelSet}`;
      return { labelSet, task, title, ranked, tail: describeTail(ranked) };
    })
  );
  return {
    number: 1,
    chart: composeChart({
      title: "Figure 1: how often codes and categories occur",
      notes: [describeOrigins(datasets.map(originOf))],
      panels: sets.map(({ title, ranked }) => frequencyPanel(title, ranked)),
      columns: 2,
    }),
    rows: sets.flatMap(({ labelSet, task, ranked }) =>
      ranked.map((label) => ({ dataset: labelSet, task, ...label }))
    ),
    findings: sets.map(({ title, tail: { labels, median, rare, head } }) =>
      `${title}: ${formatWhole(labels)}; half of them occur in at most ${formatWhole(median)} ` +
      `documents, ${formatPercent(rare)}% in at most ${RARE}; the most frequent tenth makes up ` +
      `${formatPercent(head)}% of all assignments`
    ),
    summary: sets.map(({ labelSet, task, tail }) => ({ dataset: labelSet, task, ...tail })),
  };
}

const powersOfTen = [1, 10, 100, 1000, 10_000, 100_000];

/** Documents by rank. The tail of thousands of codes shows on a logarithmic scale alone. */
function frequencyPanel(title: string, ranked: readonly RankedLabel[]): Panel {
  const values = ranked.map(({ rank, documents }) => ({ rank, documents }));
  return {
    title: panelTitle(`${title} (${formatWhole(ranked.length)})`),
    width: 270,
    height: 190,
    data: { values: values.filter(({ documents }) => documents > 0) },
    mark: { type: "line", interpolate: "step", color: palette.blue, strokeWidth: 2, aria: false },
    encoding: {
      x: {
        field: "rank",
        type: "quantitative",
        title: "rank, the most frequent first",
        scale: { domain: [0, ranked.length], nice: false },
        axis: { grid: false, tickCount: 5, format: ",d" },
      },
      y: {
        field: "documents",
        type: "quantitative",
        title: "documents (logarithmic)",
        scale: { type: "log", domain: [1, 1.3 * (ranked[0]?.documents ?? 1)], nice: false },
        axis: { values: powersOfTen.flatMap((power) => [power, 3 * power]), format: ",d" },
      },
    },
  };
}
