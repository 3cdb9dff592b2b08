/**
 * `deno task analyze`: datasets and runs → the paper's figures as SVG, and their numbers as CSV.
 *
 * @module
 */
import type { EngineName } from "../model/engine/engine.ts";
import { openRun } from "../model/run/run.ts";
import { openDatasets } from "../pipeline/dataset/open.ts";
import { UsageError } from "../pipeline/errors.ts";
import { requireOutside } from "../pipeline/files/output_places.ts";
import { type Split, SPLITS } from "../pipeline/schema.ts";
import {
  type FigureNumber,
  figureNumbers,
  needsModel,
  requireReaders,
  usualFigures,
} from "./analyze/choose.ts";
import { writeFigure } from "./analyze/figure.ts";
import { makeFigure } from "./analyze/make_figure.ts";
import { type DrawnFigure, formatFigure, formatSummaries } from "./analyze/words.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { choiceOption, engineOption } from "./cli/options.ts";
import { insist, print } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";

interface Flags {
  readonly figure?: readonly FigureNumber[];
  readonly data?: readonly string[];
  readonly run?: readonly string[];
  readonly split?: Split;
  readonly out: string;
  readonly engine: EngineName;
  readonly json?: true;
}

const command = createCommand("analyze", "Draws the paper's figures, with their numbers beside.")
  .option("--figure <numbers>", "some of 1, 3, 8 to 13, joined by commas", figureNumbers)
  .option("--data <directories...>", "dataset directories, or folders that hold some")
  .option("--run <directories...>", "run directories that deno task train wrote")
  .addOption(choiceOption("--split <name>", "what figure 11 is of (default: test)", SPLITS))
  .option("--out <directory>", "folder of the figures", "figures")
  .addOption(engineOption())
  .option("--json", "print the numbers for programs")
  .action(analyze);

if (import.meta.main) await runCommand(command, Deno.args);

async function analyze(flags: Flags): Promise<void> {
  const { data = [], run: directories = [], split, out, json } = flags;
  if (data.length + directories.length === 0) {
    throw new UsageError("drawing figures: nothing given to draw from; add --data or --run");
  }
  const datasets = (await Promise.all(data.map(openDatasets))).flat();
  const runs = await Promise.all(directories.map(openRun));
  for (const { directory } of [...datasets, ...runs]) await requireOutside(directory, [out]);
  const restricted = datasets.some(({ manifest }) => manifest.restricted) ||
    runs.some(({ dataset }) => dataset.restricted);
  const figures = flags.figure ?? usualFigures(runs);
  requireReaders(figures, flags);
  if (runs.length > 0 && figures.some(needsModel)) await openEngine(flags.engine);
  using progress = showProgress();
  using interrupts = listenForInterrupts();
  const drawn: DrawnFigure[] = [];
  try {
    for (const number of figures) {
      const inputs = { datasets, runs, split, progress, interrupt: interrupts.signal };
      const figure = await makeFigure(number, inputs);
      drawn.push({ figure, files: await writeFigure(out, figure, restricted) });
      if (!json) print(formatFigure(drawn.at(-1)!));
    }
    if (json) print(formatSummaries(drawn));
  } catch (error) {
    if (interrupts.exitCode === undefined) throw error;
    insist("stopped; the figures drawn before are kept");
    Deno.exit(interrupts.exitCode);
  }
}
