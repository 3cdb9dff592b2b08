/**
 * Which figures there are, and which of them what is given can give.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import type { Run } from "../../model/run/run.ts";
import { tasksOf } from "../../model/zoo/blocks.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { TASKS } from "../../pipeline/schema.ts";

/** The paper's figures that show data. */
export const FIGURES = [1, 3, 8, 9, 10, 11, 12, 13] as const;

/** The number of such a figure. */
export type FigureNumber = typeof FIGURES[number];

/** Those of datasets; all others show runs. */
export const DATA_FIGURES: readonly FigureNumber[] = [1, 3];

/** Numbers of figures, joined by commas. */
export function figureNumbers(text: string): readonly FigureNumber[] {
  return text.split(",").map((part) => {
    const number = FIGURES.find((number) => String(number) === part.trim());
    if (number !== undefined) return number;
    throw new InvalidArgumentError(`expected some of ${FIGURES.join(", ")}, joined by commas`);
  });
}

/** Whether a figure is computed by a trained model. */
export function needsModel(figure: FigureNumber): boolean {
  return figure === 9 || figure === 10 || figure === 11;
}

/** The figures that are drawn unless some are asked for: those of datasets, or those of trained models. */
export function usualFigures(runs: readonly Run[]): readonly FigureNumber[] {
  const [run, ...others] = runs;
  if (run === undefined) return DATA_FIGURES;
  const both = others.length === 0 && tasksOf(run.config).length === TASKS.length;
  return both ? [9, 10, 11] : [11];
}

/** Which figures read what an option names. */
const READERS: { readonly [option in "data" | "run" | "split"]: readonly FigureNumber[] } = {
  data: [...DATA_FIGURES, 11],
  run: FIGURES.filter((figure) => !DATA_FIGURES.includes(figure)),
  split: [11],
};

/**
 * Refuses what is given and read by none of the figures. Of one that lacks what it reads, its maker says
 * so. Throws {@linkcode UsageError}.
 */
export function requireReaders(
  figures: readonly FigureNumber[],
  { data, run, split }: { readonly [option in keyof typeof READERS]?: unknown },
): void {
  const given: (keyof typeof READERS)[] = [];
  if (data !== undefined && run !== undefined) given.push("data", "run");
  if (split !== undefined) given.push("split");
  for (const option of given) {
    const { [option]: readers } = READERS;
    if (figures.some((figure) => readers.includes(figure))) continue;
    throw new UsageError(
      `drawing figures ${figures.join(", ")}: none of them reads --${option}; leave it out, or ` +
        `add --figure with some of ${readers.join(", ")}`,
    );
  }
}
