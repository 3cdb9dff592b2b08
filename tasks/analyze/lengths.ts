/**
 * Figure 3: how long documents are.
 *
 * @module
 */
import { binLengths, type LengthBin, shareLonger } from "../../model/analysis/lengths.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { SPLITS } from "../../pipeline/schema.ts";
import { formatPercent, formatWhole } from "../cli/format.ts";
import { paperObstacle } from "../report/paper.ts";
import { composeChart, type Panel, panelTitle } from "../charts/chart.ts";
import type { Figure } from "./figure.ts";
import { describeOrigins, originOf } from "./origin.ts";
import { palette } from "../charts/palette.ts";

/** Tokens that BERT reads at once, against which the paper holds its documents. */
const LIMIT = 512;

/** The paper's share of documents over {@linkcode LIMIT}, by label set (§1). */
const paperShares: { readonly [labelSet: string]: number } = { full: 0.963, top50: 0.972 };

/** Widths of bins, in tokens: the first that needs no more than {@linkcode MOST_BINS}. */
const WIDTHS = [10, 25, 50, 100, 250, 500, 1000];
const MOST_BINS = 50;

/** The figure of some datasets, a panel for each. Throws `IntegrityError` where one is damaged. */
export async function drawLengths(datasets: readonly Dataset[]): Promise<Figure> {
  const lengths = await Promise.all(datasets.map(readLengths));
  const longest = lengths.flat().reduce((most, length) => Math.max(most, length), 0);
  const width = WIDTHS.find((width) => longest / width < MOST_BINS) ?? longest / MOST_BINS;
  const sets = datasets.map((dataset, at) => {
    const { labelSet } = dataset.manifest;
    const comparable = paperObstacle(dataset, "icd") === undefined;
    return {
      labelSet,
      documents: lengths[at]!.length,
      bins: binLengths(lengths[at]!, width),
      longer: shareLonger(lengths[at]!, LIMIT),
      paper: (comparable ? paperShares[labelSet] : undefined) ?? null,
    };
  });
  return {
    number: 3,
    chart: composeChart({
      title: "Figure 3: how long documents are",
      notes: [describeOrigins(datasets.map(originOf))],
      panels: sets.map((set) => lengthPanel(set, longest)),
      columns: 1,
    }),
    rows: sets.flatMap(({ labelSet, bins }) =>
      bins.map(({ from, to, documents }) => ({ dataset: labelSet, from, to, documents }))
    ),
    findings: sets.map(({ labelSet, documents, longer, paper }) =>
      `${labelSet}: ${formatPercent(longer)}% of ${formatWhole(documents)} documents have more ` +
      `than ${LIMIT} tokens` + (paper === null ? "" : ` (the paper: ${formatPercent(paper)}%)`)
    ),
    summary: sets.map(({ labelSet, documents, longer, paper }) => {
      return { dataset: labelSet, documents, longer_than_512: longer, paper };
    }),
  };
}

/** Tokens of every document of every split, not cut. */
async function readLengths(dataset: Dataset): Promise<number[]> {
  const lengths: number[] = [];
  for (const split of SPLITS) {
    using documents = await readSplit(dataset, split);
    lengths.push(...documents.lengths);
  }
  return lengths;
}

interface LengthSet {
  readonly labelSet: string;
  readonly documents: number;
  readonly bins: readonly LengthBin[];
  readonly longer: number;
}

function lengthPanel({ labelSet, documents, bins, longer }: LengthSet, longest: number): Panel {
  const share = `${formatPercent(longer)}% of them longer than ${LIMIT} tokens`;
  return {
    title: panelTitle(`${labelSet}: ${formatWhole(documents)} documents, ${share}`),
    width: 600,
    height: 150,
    layer: [
      {
        data: { values: bins.filter(({ documents }) => documents > 0) },
        mark: { type: "bar", color: palette.sky, stroke: "white", strokeWidth: 0.5, aria: false },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            bin: "binned",
            title: "length (tokens)",
            scale: { domain: [0, Math.max(longest, LIMIT)], nice: true },
            axis: { format: ",d", grid: false },
          },
          x2: { field: "to" },
          y: { field: "documents", type: "quantitative", title: "documents" },
        },
      },
      {
        data: { values: [{ limit: LIMIT }] },
        encoding: { x: { field: "limit", type: "quantitative" } },
        layer: [
          { mark: { type: "rule", color: palette.ink, strokeWidth: 1.5, strokeDash: [5, 3] } },
          {
            mark: { type: "text", align: "right", dx: -5, y: 6, color: palette.ink, fontSize: 11 },
            encoding: { text: { value: `${LIMIT}` } },
          },
        ],
      },
    ],
  };
}
