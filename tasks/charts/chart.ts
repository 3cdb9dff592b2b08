/**
 * Charts as data: panels under a title that says what they show and on which data.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./text_width.ts";

/** A whole chart, in vega-lite's terms. */
export type Chart = TopLevelSpec;

/** One panel of a chart. */
export type Panel = Extract<TopLevelSpec, { concat: readonly unknown[] }>["concat"][number];

/** What a chart is made of. */
export interface ChartOptions {
  readonly title: string;
  /** What a reader has to know: a paragraph each. */
  readonly notes: readonly string[];
  /** Row by row. */
  readonly panels: readonly Panel[];
  /** Panels in a row. */
  readonly columns: number;
}

/** Pixels of the font of notes. */
export const NOTE_SIZE = 11;

/** Pixels that a line of notes may take, which is as wide as the panels below it. */
const NOTE_WIDTH = 640;

/** Puts panels under their title. */
export function composeChart({ title, notes, panels, columns }: ChartOptions): Chart {
  return {
    title: { text: title, subtitle: notes.flatMap(breakLines) },
    concat: [...panels],
    columns,
    spacing: { row: 24, column: 28 },
  };
}

/** The title of one panel of several. */
export function panelTitle(text: string): { text: string; fontSize: number; offset: number } {
  return { text, fontSize: 12, offset: 6 };
}

/** A paragraph in lines of at most {@linkcode NOTE_WIDTH}, words kept whole. */
function breakLines(paragraph: string): string[] {
  const lines = [""];
  for (const word of paragraph.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (textWidth(line, NOTE_SIZE) > NOTE_WIDTH) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}
