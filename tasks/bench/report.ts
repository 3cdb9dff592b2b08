/**
 * Everything that was measured, as text: aligned columns for a terminal, Markdown for a page, JSON for
 * programs.
 *
 * @module
 */
import { cpus, totalmem } from "node:os";
import { alignColumns, formatMarkdown, type Table } from "../report/table.ts";
import type { Spread } from "./measure.ts";
import type { ResultCell, ResultTable, Unit } from "./results.ts";

/** What the benchmark ran on. */
export interface Machine {
  /** The processor's name. */
  readonly model: string;
  /** As many as the system shows. */
  readonly processors: number;
  /** In bytes. */
  readonly memory: number;
  /** As it describes itself. */
  readonly engine: string;
}

/** This machine, with the engine's own description. */
export function describeMachine(engine: string): Machine {
  const processors = cpus();
  return {
    model: processors[0]?.model.trim() ?? "unknown",
    processors: processors.length,
    memory: totalmem(),
    engine,
  };
}

/** Everything that was measured. */
export interface BenchReport {
  readonly machine: Machine;
  readonly tables: readonly ResultTable[];
  /** What could not be measured, one line each. */
  readonly failures: readonly string[];
}

/** How a report is printed. */
export type ReportStyle = "aligned" | "markdown" | "json";

/** A report as text. */
export function formatBench(report: BenchReport, style: ReportStyle): string {
  if (style === "json") {
    const tables = report.tables.map(({ title, rows }) => ({ title, rows }));
    return JSON.stringify({ ...report, tables }, null, 2);
  }
  const { model, processors, memory, engine } = report.machine;
  const machine = `${processors} × ${model}, ${formatNumber(memory, "bytes")}; ${engine}`;
  const format = style === "markdown" ? formatMarkdown : formatAligned;
  return [machine, ...report.tables.map((table) => format(textOf(table)).trimEnd())].join("\n\n");
}

/** A table whose cells are text; columns that no row fills are left out. */
function textOf({ title, columns, rows }: ResultTable): Table {
  const filled = columns.filter(({ key }, at) =>
    at === 0 || rows.some((row) => row[key] !== undefined)
  );
  return {
    title,
    columns: filled.map(({ head }) => head),
    rows: rows.map((row) => filled.map(({ key, unit }) => formatCell(row[key], unit))),
  };
}

/** A table in columns, two spaces apart: names to the left, numbers to the right. */
export function formatAligned({ title, columns, rows }: Table): string {
  const lines = alignColumns([columns, ...rows]).map((cells) => `  ${cells.join("  ").trimEnd()}`);
  return [title, ...lines].join("\n");
}

/**
 * A cell as text, an empty one as none. Of a spread, the median and the range, where there is one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(formatCell({ median: 0.05, least: 0.04, greatest: 0.061 }, "seconds"), "50 ms (40–61)");
 * assert.equal(formatCell(14970516, "count"), "14,970,516");
 * ```
 */
export function formatCell(value: ResultCell | undefined, unit: Unit): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return formatNumber(value, unit);
  return formatSpread(value, unit);
}

function formatSpread({ median, least, greatest }: Spread, unit: Unit): string {
  const scale = scaleOf(unit, median);
  const of = (value: number) => formatScaled(value / scale.size, scale.digits);
  const [middle, low, high] = [of(median), of(least), of(greatest)];
  return low === high ? middle + scale.suffix : `${middle}${scale.suffix} (${low}–${high})`;
}

function formatNumber(value: number, unit: Unit): string {
  const { size, digits, suffix } = scaleOf(unit, value);
  return formatScaled(value / size, digits) + suffix;
}

interface Scale {
  /** What a printed 1 is worth. */
  readonly size: number;
  /** Significant digits, of which those before the point are never cut. */
  readonly digits: number;
  /** Printed behind the number. */
  readonly suffix: string;
}

/** How numbers of the size of `value` are written. */
function scaleOf(unit: Unit, value: number): Scale {
  switch (unit) {
    case "seconds":
      return value < 0.1
        ? { size: 1e-3, digits: 2, suffix: " ms" }
        : { size: 1, digits: 3, suffix: " s" };
    case "bytes":
      return { size: 1e9, digits: 3, suffix: " GB" };
    case "gigaflops":
      return { size: 1e9, digits: 3, suffix: "" };
    case "percent":
      return { size: 0.01, digits: 2, suffix: "%" };
    case "ratio":
      return { size: 1, digits: 2, suffix: "" };
    default:
      return { size: 1, digits: 1, suffix: "" };
  }
}

function formatScaled(value: number, digits: number): string {
  const whole = Math.max(1, Math.floor(Math.log10(Math.max(Math.abs(value), 1))) + 1);
  const decimals = Math.max(0, digits - whole);
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
