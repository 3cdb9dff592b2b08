/**
 * `statistics.md`: a cohort's statistics as a page to read.
 *
 * @module
 */
import { escapeMarkdown } from "../files/markdown.ts";
import type { Stage } from "../manifest.ts";
import { LABEL_NOUNS, type PerSplit, SPLITS, TASKS } from "../schema.ts";
import { QUANTILES, type Statistics } from "./statistics.ts";

/**
 * The page, Markdown.
 *
 * @param lists what became of the ids on published lists, where lists decided.
 */
export function formatStatistics(
  statistics: Statistics,
  title: string,
  lists: PerSplit<Stage> | undefined,
): string {
  const page = [
    `# ${title}`,
    sizeTable(statistics),
    ...(lists ? ["## Published lists", listTable(lists)] : []),
    "## Tokens a document",
    lengthTable(statistics),
    "## Codes by training documents",
    bandTable(statistics),
    "## Most frequent codes",
    frequentTable(statistics),
  ];
  return page.join("\n\n") + "\n";
}

function sizeTable({ splits }: Statistics): string {
  const titles = TASKS.map((task) => `${task.toUpperCase()} a document`);
  const rows = splits.map((statistics) => [
    statistics.split,
    statistics.documents,
    statistics.patients,
    statistics.tokens,
    ...TASKS.map((task) => {
      const { mean, median, max } = statistics[task];
      return `${number(mean)} (median ${median}, most ${max})`;
    }),
  ]);
  return markdown(["split", "documents", "patients", "tokens", ...titles], rows);
}

function listTable(lists: PerSplit<Stage>): string {
  const rows = SPLITS.map((split) => {
    const { read, kept, excluded } = lists[split];
    const reasons = Object.entries(excluded).map(([reason, count]) => `${number(count)} ${reason}`);
    return [split, read, kept, reasons.join(", ")];
  });
  return markdown(["split", "listed", "here", "the others"], rows);
}

function lengthTable({ splits }: Statistics): string {
  const rows = splits.map(({ split, length, longer }) => [
    split,
    ...Object.values(length),
    longer.than2500,
    longer.than4000,
  ]);
  const names = [...Object.keys(QUANTILES), "max", "mean"];
  return markdown(["split", ...names, "over 2,500", "over 4,000"], rows);
}

function bandTable(statistics: Statistics): string {
  const titles = TASKS.flatMap((task) => [
    `${task.toUpperCase()} ${LABEL_NOUNS[task]}`,
    "their pairs",
  ]);
  const rows = statistics.icdBands.map(({ band }, at) => [
    band,
    ...TASKS.flatMap((task) => {
      const { labels, pairs } = statistics[`${task}Bands`][at]!;
      return [labels, pairs];
    }),
  ]);
  return markdown(["training documents", ...titles], rows);
}

function frequentTable({ frequent }: Statistics): string {
  const rows = frequent.map(({ code, title, documents, share }) => [
    code,
    escapeMarkdown(title),
    documents,
    `${number(100 * share)}%`,
  ]);
  return markdown(["code", "title", "documents", "share"], rows);
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function markdown(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly unknown[]) =>
    `| ${cells.map((cell) => typeof cell === "number" ? number(cell) : cell).join(" | ")} |`;
  const rule = `| ${header.map((_, i) => i === 0 ? "---" : "---:").join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}
