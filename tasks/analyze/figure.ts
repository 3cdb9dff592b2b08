/**
 * A figure of the paper as it is handed on: a chart, the numbers behind it, and what they come to.
 *
 * @module
 */
import { from } from "arquero";
import { join } from "node:path";
import { UsageError } from "../../pipeline/errors.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { openFolder } from "../../pipeline/files/restricted.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import type { Chart } from "../charts/chart.ts";
import { drawSvg } from "../charts/draw.ts";

/** A line of a CSV file: every line of a file has the same columns. */
export interface FigureRow {
  readonly [column: string]: string | number | boolean | null;
}

/** What a figure is. */
export interface Figure {
  /** The paper's number of it. */
  readonly number: number;
  readonly chart: Chart;
  /** What the chart shows. */
  readonly rows: readonly FigureRow[];
  /** Further tables, by what their file's name ends with. */
  readonly more?: { readonly [ending: string]: readonly FigureRow[] } | undefined;
  /** What the numbers come to, a sentence each. */
  readonly findings: readonly string[];
  /** The numbers of the findings, for programs. */
  readonly summary: object;
}

/**
 * Writes `figure-N.svg`, `figure-N.csv` and further tables into `folder`; returns their paths.
 *
 * @param restricted whether something that it shows is.
 * @throws {UsageError} where one of them is there and is not an earlier drawing's.
 * @throws {ResourceError} where one cannot be written.
 */
export async function writeFigure(
  folder: string,
  figure: Figure,
  restricted = false,
): Promise<string[]> {
  const { number, chart, rows, more = {} } = figure;
  const name = `figure-${number}`;
  const files: [string, string][] = [
    [`${name}.svg`, await drawSvg(chart)],
    [`${name}.csv`, formatCsv(rows)],
    ...Object.entries(more).map(([ending, rows]): [string, string] => [
      `${name}-${ending}.csv`,
      formatCsv(rows),
    ]),
  ];
  const paths = files.map(([file]) => join(folder, file));
  await refuseForeign(number, paths);
  using _modes = await openFolder(folder, restricted);
  for (const [file, content] of files) await writeAtomic(join(folder, file), content);
  return paths;
}

/** Tables do not say what they are of: the picture, which is written first, vouches for them. */
async function refuseForeign(number: number, paths: readonly string[]): Promise<void> {
  const [picture] = paths;
  if (await exists(picture!)) return await requireDrawn(picture!, number);
  for (const path of paths) {
    if (await exists(path)) throw refusal(path, "no picture of this command's is beside it");
  }
}

/** Refuses what does not have the title that every picture of this figure has. */
async function requireDrawn(picture: string, number: number): Promise<void> {
  const svg = await readText(picture, (found) => refusal(picture, found));
  if (svg.startsWith("<svg ") && new RegExp(`>Figure ${number}\\b`).test(svg)) return;
  throw refusal(picture, `it is no picture of figure ${number}`);
}

function refusal(path: string, found: string): UsageError {
  return new UsageError(
    `replacing ${path}: ${found}; expected what this command drew before; move it away, or choose ` +
      "another --out",
  );
}

/** Rows as CSV. What is null, or not a number, is an empty field. */
function formatCsv(rows: readonly FigureRow[]): string {
  const defined = (row: FigureRow) =>
    Object.entries(row).map(([column, value]) => [column, Number.isNaN(value) ? null : value]);
  return from(rows.map((row) => Object.fromEntries(defined(row)))).toCSV();
}
