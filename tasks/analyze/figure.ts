/**
 * A figure of the paper as it is handed on: a chart, the numbers behind it, and what they come to.
 *
 * @module
 */
import { from } from "arquero";
import { join } from "node:path";
import { UsageError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
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
  const tables = new Map([
    [`${name}.csv`, formatCsv(rows)],
    ...Object.entries(more).map(([ending, rows]) =>
      [`${name}-${ending}.csv`, formatCsv(rows)] as const
    ),
  ]);
  const picture = vouchFor(await drawSvg(chart), tables);
  await refuseForeign(folder, number, tables);
  using _modes = await openFolder(folder, restricted);
  // The picture comes last: what is killed before has left tables that are those of the next time.
  const files = [...tables, [`${name}.svg`, picture] as const];
  for (const [file, content] of files) await writeAtomic(join(folder, file), content);
  return [`${name}.svg`, ...tables.keys()].map((file) => join(folder, file));
}

/** Puts the digests of the tables into the picture: tables do not say themselves whose they are. */
function vouchFor(svg: string, tables: ReadonlyMap<string, string>): string {
  const lines = [...tables].map(([file, content]) => `<!-- ${file} sha256 ${sha256(content)} -->`);
  return svg.replace(/<\/svg>\s*$/, `${lines.join("")}</svg>\n`);
}

/** Refuses to replace a picture or a table that is not an earlier drawing's, as it was drawn. */
async function refuseForeign(
  folder: string,
  number: number,
  tables: ReadonlyMap<string, string>,
): Promise<void> {
  const path = join(folder, `figure-${number}.svg`);
  const picture = await exists(path) ? await readDrawn(path, number) : undefined;
  // Pictures of earlier versions name no digests.
  if (picture !== undefined && !/<!-- \S+ sha256 /.test(picture)) return;
  for (const [file, content] of tables) {
    const table = join(folder, file);
    if (!await exists(table)) continue;
    const found = await readText(table, (found) => refusal(table, found));
    if (found === content || picture?.includes(`<!-- ${file} sha256 ${sha256(found)} -->`)) {
      continue;
    }
    throw refusal(table, "it is not as it was drawn with the picture beside it");
  }
}

/** The picture, if it has the title that every picture of this figure has. */
async function readDrawn(path: string, number: number): Promise<string> {
  const svg = await readText(path, (found) => refusal(path, found));
  if (svg.startsWith("<svg ") && new RegExp(`>Figure ${number}\\b`).test(svg)) return svg;
  throw refusal(path, `it is no picture of figure ${number}`);
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
