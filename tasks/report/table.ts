/**
 * Tables as data. Markdown is one way to show them; other formats start here too.
 *
 * @module
 */
import { stripControls } from "../../pipeline/errors.ts";
import { escapeMarkdown } from "../../pipeline/files/markdown.ts";

/** A table: a row's first cell is its name. */
export interface Table {
  /** Stands above it, as text. */
  readonly title: string;
  /** Column heads, the first over the rows' names. */
  readonly columns: readonly string[];
  /** As many cells a row as there are columns. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table in Markdown, its columns aligned so that it reads well in a terminal too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const table = { title: "Ages", columns: ["who", "years"], rows: [["Ann", "7"]] };
 * assert.equal(
 *   formatMarkdown(table),
 *   "### Ages\n\n| who | years |\n| :-- | ----: |\n| Ann |     7 |\n",
 * );
 * ```
 */
export function formatMarkdown({ title, columns, rows }: Table): string {
  const lines = [columns, ...rows].map((cells) => cells.map(escapeCell));
  const [first, ...rest] = alignColumns(lines, 3); // of a ruler's least width
  const ruler = first!.map(({ length }, at) =>
    at === 0 ? `:${"-".repeat(length - 1)}` : `${"-".repeat(length - 1)}:`
  );
  const [head, ...body] = [first!, ruler, ...rest]
    .map((cells) => `| ${cells.join(" | ")} |`);
  return [`### ${escapeCell(title)}`, "", head, ...body, ""].join("\n");
}

/**
 * A table as a terminal shows it: its title, then columns that are aligned, the first to the left.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const table = { title: "Ages", columns: ["who", "years"], rows: [["Ann", "7"]] };
 * assert.equal(formatPlain(table), "Ages\n\nwho  years\nAnn      7\n");
 * ```
 */
export function formatPlain({ title, columns, rows }: Table): string {
  const lines = [columns, ...rows].map((cells) => cells.map(onOneLine));
  const formatted = alignColumns(lines).map((cells) => cells.join("  ").trimEnd());
  return [stripControls(title), "", ...formatted, ""].join("\n");
}

/** Pads the cells of each column to the widest, those of the first to the left. */
export function alignColumns(lines: readonly (readonly string[])[], least = 0): string[][] {
  const widths = lines[0]!.map((_, at) =>
    lines.reduce((widest, cells) => Math.max(widest, cells[at]!.length), least)
  );
  return lines.map((cells) =>
    cells.map((cell, at) => at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))
  );
}

/** A cell without controls and line ends. */
function onOneLine(text: string): string {
  return stripControls(text).replace(/\s+/g, " ");
}

/** A title or code may hold what a terminal or Markdown gives a meaning to. */
function escapeCell(text: string): string {
  return escapeMarkdown(onOneLine(text));
}
