/**
 * Figure 10: CCS categories with the ICD codes around them, and how many categories have more of their
 * own codes near than chance would put there.
 *
 * @module
 */
import type { LabelPlane, PlacedLabel } from "../../model/analysis/label_plane.ts";
import { type Region, type RegionTest, testRegions } from "../../model/analysis/regions.ts";
import type { Run } from "../../model/run/run.ts";
import { formatWhole } from "../cli/format.ts";
import { composeChart, type Panel } from "../charts/chart.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { vectorNotes } from "./label_plane.ts";
import { palette } from "../charts/palette.ts";
import {
  circlePoints,
  type Frame,
  frameAround,
  labelLayer,
  type LabelMark,
  panelSize,
  type Place,
  planePosition,
  thinPlaces,
} from "./plane_panel.ts";
import { textWidth } from "../charts/text_width.ts";

/** Categories that are shown: those whose own codes are the least likely to be near by chance. */
const SHOWN = 6;

/** Pixels that a panel is wide. */
const WIDTH = 190;

/** The paper's count (§4.5), of all labels of MIMIC-III. */
const PAPER = { significant: 157, categories: 295 };

/** How labels are marked. */
const marks: { readonly [role in "other" | "own" | "category"]: LabelMark } = {
  other: {
    kind: "other ICD codes",
    colour: palette.silver,
    shape: "circle",
    size: 9,
    opacity: 1,
  },
  own: {
    kind: "ICD codes of the category",
    colour: palette.blue,
    shape: "circle",
    size: 32,
    opacity: 1,
  },
  category: {
    kind: "the category itself",
    colour: palette.vermilion,
    shape: "diamond",
    size: 60,
    opacity: 1,
  },
};

/** A run's label vectors, in their plane. */
export interface RunPlane {
  readonly run: Run;
  readonly plane: LabelPlane;
}

/** The figure of some runs: the first is shown, all of them are tested. */
export function drawRegions(planes: readonly RunPlane[]): Figure {
  const tested = planes.map((one) => ({ ...one, ...testPlane(one) }));
  const { run, plane, test, finding } = tested[0]!;
  const shown = test.regions.toSorted((a, b) => a.chance - b.chance).slice(0, SHOWN);
  const circles = shown.flatMap((region) => circlePoints(region, test.radius));
  const frame = frameAround([...plane.labels.icd, ...circles]);
  return {
    number: 10,
    chart: composeChart({
      title: "Figure 10: CCS categories and the ICD codes around them",
      notes: [
        `${finding}. Circles reach a tenth of the longest distance between two ICD codes. Shown are ` +
        `the ${shown.length} whose codes are the least likely to be there by chance.`,
        ...vectorNotes(run),
      ],
      panels: shown.map((region) => regionPanel(region, test, plane, frame)),
      columns: 3,
    }),
    rows: shown.flatMap((region) => shownRows(region, plane)),
    more: { regions: tested.flatMap(({ rows }) => rows) },
    findings: tested.map(({ run, finding }) => `${finding} (seed ${run.config.seed})`),
    summary: tested.map(({ summary }) => summary),
  };
}

/** The test of one run, in words and in numbers. */
function testPlane({ run, plane }: RunPlane) {
  const { config: { seed } } = run;
  const test = testRegions(plane);
  const significant = test.regions.filter((region) => region.significant).length;
  const categories = test.regions.length;
  const finding = `${formatWhole(significant)} of ${formatWhole(categories)} CCS categories have ` +
    "significantly more of their own ICD codes around them than chance puts there" +
    besidePaper(run, categories);
  return {
    test,
    finding,
    rows: test.regions.map((region) => ({ seed, ...region })),
    summary: { seed, significant, categories, radius: test.radius },
  };
}

/** The paper's count, where the categories are the paper's. */
function besidePaper({ dataset: { synthetic, source } }: Run, categories: number): string {
  const same = source === "mimic3" && !synthetic && categories === PAPER.categories;
  return same ? ` (the paper: ${PAPER.significant} of ${PAPER.categories})` : "";
}

/** A category and its codes, with their places. */
function shownRows({ code, x, y }: Region, { labels }: LabelPlane): FigureRow[] {
  const own = labels.icd.filter(({ group }) => group === code);
  return [
    { category: code, task: "ccs", code, x, y },
    ...own.map((label) => ({
      category: code,
      task: "icd",
      code: label.code,
      x: label.x,
      y: label.y,
    })),
  ];
}

function regionPanel(
  region: Region,
  { radius }: RegionTest,
  { labels: { icd } }: LabelPlane,
  frame: Frame,
): Panel {
  const { code, title, own, inside, members } = region;
  const isOwn = ({ group }: PlacedLabel) => group === code;
  const position = planePosition(frame, { x: null, y: null });
  const others = thinPlaces(icd.filter((label) => !isOwn(label)), frame, WIDTH / 2);
  const all = Object.values(marks);
  const layer = (mark: LabelMark, places: readonly Place[]) =>
    labelLayer(mark, all, places, position);
  return {
    title: {
      text: shorten(`${code} ${title}`),
      subtitle: `in the circle: own ${own} of ${members}, others ${inside - own}`,
      fontSize: 11,
      subtitleFontSize: 10,
      offset: 6,
    },
    ...panelSize(frame, WIDTH),
    view: { stroke: palette.grey },
    layer: [
      layer(marks.other, others),
      {
        data: { values: circlePoints(region, radius) },
        mark: { type: "line", color: palette.ink, strokeWidth: 1, clip: true, aria: false },
        encoding: { ...position, order: { field: "at", type: "quantitative" } },
      },
      layer(marks.own, icd.filter(isOwn)),
      layer(marks.category, [region]),
    ],
  };
}

/** A title that fits over a panel. */
function shorten(title: string): string {
  if (textWidth(title, 11, true) <= WIDTH) return title;
  let end = title.length;
  while (textWidth(`${title.slice(0, end)}…`, 11, true) > WIDTH) end--;
  return `${title.slice(0, end).trimEnd()}…`;
}
