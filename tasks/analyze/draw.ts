/**
 * Charts as SVG, drawn by vega-lite: nothing is shown, fetched or written.
 *
 * @module
 */
import * as vega from "vega";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import { stripControls } from "../../pipeline/errors.ts";
import { type Chart, NOTE_SIZE } from "./chart.ts";
import { palette } from "./palette.ts";
import { textWidth } from "./text_width.ts";

/** What every chart has in common: sizes that stay legible on half a page. */
const config: Config = {
  background: "white",
  font: "Helvetica, Arial, Liberation Sans, sans-serif",
  padding: 12,
  axis: {
    domainColor: palette.grey,
    gridColor: "#EBEBEB",
    labelColor: palette.ink,
    labelFontSize: 11,
    tickColor: palette.grey,
    titleColor: palette.ink,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
  },
  axisX: { labelFlush: false },
  legend: {
    labelColor: palette.ink,
    labelFontSize: 11,
    labelLimit: 0,
    titleColor: palette.ink,
    titleFontSize: 11,
    titleFontWeight: "normal",
  },
  title: {
    anchor: "start",
    color: palette.ink,
    fontSize: 14,
    offset: 14,
    subtitleColor: palette.ink,
    subtitleFontSize: NOTE_SIZE,
    subtitleLineHeight: 15,
    subtitlePadding: 6,
  },
  view: { stroke: null },
};

/** Whom vega asks for the width of a text: exported, but without its type. */
interface TextMetrics {
  width: (item: { fontSize?: number; fontWeight?: string | number }, text?: string) => number;
}

const { textMetrics } = vega as unknown as { readonly textMetrics: TextMetrics };

// Without a canvas vega takes every letter for 0.8 of the font's size, and leaves gaps behind texts.
textMetrics.width = ({ fontSize = 11, fontWeight }, text = "") =>
  textWidth(String(text), fontSize, fontWeight === "bold");

/** A chart as the text of an SVG file. */
export async function drawSvg(chart: Chart): Promise<string> {
  const { spec } = compile({ ...chart, config } as TopLevelSpec);
  vega.resetSVGDefIds(); // clips are counted: else the same chart has other bytes each time
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  try {
    return stripControls(`${await view.toSVG()}\n`); // XML takes no controls
  } finally {
    view.finalize();
  }
}
