/**
 * Figure 9: ICD codes and CCS categories in the plane of their vectors' principal components.
 *
 * @module
 */
import type { LabelPlane } from "../../model/analysis/label_plane.ts";
import type { Run } from "../../model/run/run.ts";
import { type PerTask, TASKS } from "../../pipeline/schema.ts";
import { formatPercent, formatWhole } from "../cli/format.ts";
import { systemTitle } from "../report/systems.ts";
import { composeChart, type Panel } from "../charts/chart.ts";
import type { Figure } from "./figure.ts";
import { describeOrigins } from "./origin.ts";
import { palette } from "../charts/palette.ts";
import {
  frameAround,
  labelLayer,
  type LabelMark,
  panelSize,
  planePosition,
} from "./plane_panel.ts";

/** Whose vectors a plane holds. */
export function vectorNotes({ config, dataset }: Run): string[] {
  return [
    `Rows of the score layers of ${systemTitle(config)}, seed ${config.seed}, projected ` +
    "together; axes in units of the weights.",
    describeOrigins([dataset]),
  ];
}

/** The figure of a run. */
export function drawLabelPlane(run: Run, plane: LabelPlane): Figure {
  const { icd, ccs } = plane.labels;
  const [x, y] = plane.explained;
  return {
    number: 9,
    chart: composeChart({
      title: "Figure 9: ICD codes and CCS categories by their learnt vectors",
      notes: vectorNotes(run),
      panels: [planePanel(plane)],
      columns: 1,
    }),
    rows: TASKS.flatMap((task) => plane.labels[task].map((label) => ({ task, ...label }))),
    findings: [
      `${formatWhole(icd.length)} ICD codes and ${formatWhole(ccs.length)} CCS categories; the ` +
      `plane holds ${formatPercent(x + y)}% of their vectors' variance`,
    ],
    summary: { icd: icd.length, ccs: ccs.length, explained: [x, y] },
  };
}

/** How labels are marked. */
const marks: PerTask<LabelMark> = {
  icd: { kind: "ICD code", colour: palette.sky, shape: "circle", size: 18, opacity: 0.7 },
  ccs: {
    kind: "CCS category",
    colour: palette.vermilion,
    shape: "diamond",
    size: 48,
    opacity: 0.95,
  },
};

/** Categories lie over codes: there are fewer of them, and they gather in the middle. */
function planePanel({ labels, explained }: LabelPlane): Panel {
  const titleOf = (component: string, share: number) =>
    `${component} principal component (${formatPercent(share)}% of the variance)`;
  const frame = frameAround(TASKS.flatMap((task) => labels[task]));
  const position = planePosition(frame, {
    x: titleOf("first", explained[0]),
    y: titleOf("second", explained[1]),
  });
  const all = TASKS.map((task) => marks[task]);
  return {
    ...panelSize(frame, 560),
    layer: TASKS.map((task) => labelLayer(marks[task], all, labels[task], position)),
  };
}
