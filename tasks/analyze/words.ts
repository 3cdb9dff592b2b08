/**
 * Figures that were drawn, as lines that say what they come to.
 *
 * @module
 */
import type { Figure } from "./figure.ts";

/** A figure, and the files that hold it. */
export interface DrawnFigure {
  readonly figure: Figure;
  readonly files: readonly string[];
}

/** A line of each finding, then where to look. */
export function formatFigure({ figure: { number, findings }, files }: DrawnFigure): string {
  return [`Figure ${number}: ${files.join(", ")}`, ...findings.map((line) => `  ${line}`)].join(
    "\n",
  );
}

/** The numbers of figures for programs. */
export function formatSummaries(drawn: readonly DrawnFigure[]): string {
  const figures = drawn.map(({ figure: { number, summary }, files }) => {
    return { figure: number, files, summary };
  });
  return JSON.stringify({ figures }, null, 2);
}
