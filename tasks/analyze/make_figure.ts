/**
 * Any figure, from the datasets and runs that a command line names.
 *
 * @module
 */
import { type LabelPlane, projectLabels } from "../../model/analysis/label_plane.ts";
import { readLabelLosses } from "../../model/run/label_losses.ts";
import { readLabelVectors } from "../../model/run/label_vectors.ts";
import type { Run } from "../../model/run/run.ts";
import { type Dataset, openDataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import type { Split } from "../../pipeline/schema.ts";
import { drawBlocks } from "./blocks.ts";
import type { FigureNumber } from "./choose.ts";
import { drawCurves } from "./curves.ts";
import type { Figure } from "./figure.ts";
import { drawFrequencies } from "./frequencies.ts";
import { drawLabelPlane } from "./label_plane.ts";
import { drawLengths } from "./lengths.ts";
import { drawLosses, type RunLosses } from "./losses.ts";
import { measureRuns, requireOneDataset } from "./measured.ts";
import { originOf } from "./origin.ts";
import { drawRegions } from "./regions.ts";

/** What figures are drawn from. */
export interface FigureInputs {
  /** Those to be described, or the one that the runs were made on. */
  readonly datasets: readonly Dataset[];
  readonly runs: readonly Run[];
  /** What Figure 11 is computed on; by default test, or dev of a dataset without test documents. */
  readonly split?: Split | undefined;
  readonly progress?: Progress | undefined;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Makes a figure.
 *
 * @throws {UsageError} where the inputs cannot give it.
 * @throws {IntegrityError} where a dataset or a run is damaged, or they do not belong together.
 */
export async function makeFigure(number: FigureNumber, inputs: FigureInputs): Promise<Figure> {
  switch (number) {
    case 1:
      return drawFrequencies(someDatasets(number, inputs));
    case 3:
      return await drawLengths(someDatasets(number, inputs));
    case 8: {
      const runs = someRuns(number, inputs);
      return drawBlocks(await measureRuns(runs), runs[0]!.dataset);
    }
    case 9: {
      const run = oneRun(number, inputs);
      return drawLabelPlane(run, await readPlane(run));
    }
    case 10:
      return drawRegions(
        await Array.fromAsync(someRuns(number, inputs), async (run) => {
          return { run, plane: await readPlane(run) };
        }),
      );
    case 11:
      return await makeLosses(someRuns(number, inputs), inputs);
    case 12:
    case 13: {
      const runs = someRuns(number, inputs);
      return drawCurves(number, await measureRuns(runs), runs[0]!.dataset);
    }
  }
}

async function readPlane(run: Run): Promise<LabelPlane> {
  return projectLabels(await readLabelVectors(run));
}

async function makeLosses(
  runs: readonly Run[],
  { datasets, split: asked, progress = silent, interrupt }: FigureInputs,
): Promise<Figure> {
  requireOneDataset(runs);
  const { hash, directory } = runs[0]!.dataset;
  const dataset = datasets.find((dataset) => dataset.hash === hash) ?? datasets[0] ??
    await openDataset(directory);
  const documents = dataset.manifest.documents;
  const split = asked ?? (documents.test > 0 ? "test" : "dev");
  const all: RunLosses[] = [];
  for (const run of runs) {
    const stage = progress.stage(`${run.directory} scores ${split}`, documents[split]);
    const onScored = (done: number) => stage.reach(done);
    const losses = await readLabelLosses({ run, dataset, split, onScored, interrupt });
    stage.end(`${documents[split]} documents`);
    all.push({ config: run.config, losses });
  }
  return drawLosses(all, { origin: originOf(dataset), split, labels: dataset.labels.icd });
}

function someDatasets(number: FigureNumber, { datasets }: FigureInputs): readonly Dataset[] {
  if (datasets.length > 0) return datasets;
  throw new UsageError(`drawing figure ${number}: no dataset given, expected one; add --data`);
}

function someRuns(number: FigureNumber, { runs }: FigureInputs): readonly Run[] {
  if (runs.length > 0) return runs;
  throw new UsageError(`drawing figure ${number}: no run given, expected one or more; add --run`);
}

function oneRun(number: FigureNumber, { runs }: FigureInputs): Run {
  if (runs.length === 1) return runs[0]!;
  throw new UsageError(
    `drawing figure ${number}: ${runs.length} runs given, expected one; name it with --run`,
  );
}
