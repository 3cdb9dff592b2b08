/**
 * Plans a table or figure of the paper, on the data that is asked for or on the demo's cohort.
 *
 * @module
 */
import { join } from "node:path";
import { say } from "../cli/print.ts";
import { showProgress } from "../cli/progress.ts";
import { ensureDemoCohort } from "../demo/cohort.ts";
import { chooseDataset, chooseExperiment, type ExperimentChoice } from "./choose.ts";
import {
  type ExperimentRequest,
  planExperiment,
  type PlannedExperiment,
} from "../experiment/planned.ts";
import { marnRow } from "./rows.ts";

/** What is asked for. */
export interface ReproductionRequest extends ExperimentRequest, ExperimentChoice {
  /** Dataset directory, or the one that holds several; the demo's cohort by default. */
  readonly data?: string | undefined;
}

/**
 * Opens and plans what is asked for: what can be refused is refused before anything is trained.
 *
 * @throws {ReportedError} as the dataset and the configurations do.
 */
export async function planReproduction(request: ReproductionRequest): Promise<PlannedExperiment> {
  const experiment = chooseExperiment(request);
  const dataset = await chooseDataset(await dataFolder(request), experiment);
  return planExperiment(experiment, dataset, request, marnRow);
}

/** The data that is asked for; by default the demo's cohort, kept with the runs. */
export async function dataFolder(
  { data, out }: Pick<ReproductionRequest, "data" | "out">,
): Promise<string> {
  if (data !== undefined) return data;
  say("no --data given: taking the demo's cohort, all of whose notes are made up");
  using progress = showProgress();
  return await ensureDemoCohort(join(out, "cohort"), progress);
}
