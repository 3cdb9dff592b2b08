/**
 * Charts as SVG, drawn by vega-lite: nothing is shown, fetched or written.
 *
 * @module
 */
import * as vega from "vega";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import { stripControls } from "../../pipeline/errors.ts";
import { type Chart, NOTE_SIZE } from "./chart.ts";
import { type Colour, palette } from "./palette.ts";
import { textWidth } from "./text_width.ts";

/** What every chart has in common: sizes that stay legible on half a page. */
const config: Config = {
  background: "white",
  font: "Helvetica, Arial, Liberation Sans, sans-serif",
  padding: 12,
  axis: {
    domainColor: palette.grey,
    gridColor: palette.mist,
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
  mark: { color: palette.blue },
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

/** What a chart within a page needs beside itself. */
export interface InlineOptions {
  /** Its own within the page: letters, digits and hyphens. */
  readonly id: string;
  /** What it shows, for readers who hear it. */
  readonly label: string;
}

/**
 * A chart as SVG within a page: on the page's ground, and in the page's colours, which are CSS variables
 * named as the palette's roles are (`var(--blue)`), so that they change where the reader prefers dark
 * pages.
 */
export async function drawInline(chart: Chart, { id, label }: InlineOptions): Promise<string> {
  const svg = (await drawSvg(chart)).trim();
  const roles = new Map(Object.entries(palette).map(([name, hex]) => [hex, name as Colour]));
  return svg
    .replace(/<rect [^>]*fill="white"\/>/, "")
    .replace(/^<svg /, `<svg id="${id}" role="img" aria-label="${escapeAttribute(label)}" `)
    .replace(/(id="|url\(#)clip/g, `$1${id}-clip`) // charts of one page share their names
    .replace(/(fill|stroke)="(#[0-9A-F]{6})"/g, (attribute, name, hex) => {
      const role = roles.get(hex);
      return role === undefined ? attribute : `${name}="var(--${role})"`;
    });
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
