/**
 * The paper's figures of a reproduction, in its folder: of the data, or of the runs that are finished.
 *
 * @module
 */
import type { EngineName } from "../../model/engine/engine.ts";
import { openRun } from "../../model/run/run.ts";
import { type Dataset, openDatasets } from "../../pipeline/dataset/open.ts";
import { drawBlocks } from "../analyze/blocks.ts";
import { type FigureNumber, FIGURES, needsModel } from "../analyze/choose.ts";
import { drawCurves } from "../analyze/curves.ts";
import { type Figure, writeFigure } from "../analyze/figure.ts";
import { makeFigure } from "../analyze/make_figure.ts";
import type { Measured } from "../analyze/measured.ts";
import { originOf } from "../analyze/origin.ts";
import { formatFigure } from "../analyze/words.ts";
import { openEngine } from "../cli/engine.ts";
import { showProgress } from "../cli/progress.ts";
import { chooseExperiment, type ExperimentChoice } from "./choose.ts";
import { isComparable } from "./notes.ts";
import { dataFolder } from "./plan_reproduction.ts";
import type { PlannedExperiment } from "../experiment/planned.ts";
import { runDirectory } from "../experiment/status.ts";
import { type FinishedRun, readFinished } from "../experiment/finished.ts";
import { summarize } from "../experiment/summary.ts";

/** What {@linkcode drawData} reads of a command line. */
export interface DataFigureRequest extends ExperimentChoice {
  readonly data?: string | undefined;
  /** Folder of the figure. */
  readonly out: string;
  readonly dryRun?: boolean | undefined;
}

/**
 * Draws the figure that is asked for, where it shows data and nothing is trained for it; returns what to
 * say of it, or undefined where it is another experiment.
 *
 * @throws {ReportedError} as {@linkcode chooseExperiment} and the datasets do.
 */
export async function drawData(request: DataFigureRequest): Promise<string | undefined> {
  const experiment = chooseExperiment(request);
  if (experiment.rows.length > 0) return undefined;
  if (request.dryRun) return `${experiment.title}: nothing to train`;
  const datasets = await openDatasets(await dataFolder(request));
  const figure = await makeFigure(figureNumber(experiment)!, { datasets, runs: [] });
  return await draw(figure, request.out, datasets);
}

/**
 * Draws the figure of the runs that are finished; returns what to say of it, nothing where there is no
 * figure or no run.
 *
 * @param engine is started for a figure that needs one; none where one runs.
 */
export async function drawRuns(
  reproduction: PlannedExperiment,
  engine?: EngineName,
): Promise<string[]> {
  const { out, experiment, dataset, runs } = reproduction;
  const number = figureNumber(experiment);
  const finished = await readFinished(out, runs);
  if (number === undefined || finished.length === 0) return [];
  if (engine !== undefined && needsModel(number)) await openEngine(engine);
  return [await draw(await figureOf(number, finished, reproduction), out, [dataset])];
}

async function draw(
  figure: Figure,
  out: string,
  datasets: readonly Dataset[],
): Promise<string> {
  const restricted = datasets.some(({ manifest }) => manifest.restricted);
  return formatFigure({ figure, files: await writeFigure(out, figure, restricted) });
}

async function figureOf(
  number: FigureNumber,
  finished: readonly FinishedRun[],
  reproduction: PlannedExperiment,
): Promise<Figure> {
  const { out, dataset } = reproduction;
  const origin = originOf(dataset);
  switch (number) {
    case 8:
      return drawBlocks(measuredRows(finished, reproduction), origin);
    case 12:
    case 13:
      return drawCurves(number, measuredRows(finished, reproduction), origin);
    default: {
      using progress = showProgress();
      const shown = number === 9 ? finished.slice(0, 1) : finished; // one plane can be shown
      const runs = await Promise.all(shown.map(({ run }) => openRun(runDirectory(out, run))));
      return await makeFigure(number, { datasets: [dataset], runs, progress });
    }
  }
}

/** The rows' estimates, once for rows that ask for the same runs. */
function measuredRows(
  finished: readonly FinishedRun[],
  reproduction: PlannedExperiment,
): Measured[] {
  const { experiment } = reproduction;
  const rows = summarize(experiment, finished, [], isComparable(reproduction));
  const distinct = new Map(rows.map((row) => [row.runs[0]!.name, row]));
  return [...distinct].map(([name, { metrics }]) => {
    const { run: { config }, result: { split } } = finished.find(({ run }) => run.name === name)!;
    return { config, values: metrics, split };
  });
}

function figureNumber({ id }: { readonly id: string }): FigureNumber | undefined {
  return FIGURES.find((number) => id === `figure-${number}`);
}
