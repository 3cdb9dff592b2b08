/**
 * Plans a table or figure of the paper, on the data that is asked for or on the demo's cohort.
 *
 * @module
 */
import { join } from "node:path";
import { say } from "../cli/print.ts";
import { showProgress } from "../cli/progress.ts";
import { ensureDemoCohort } from "../demo/cohort.ts";
import { chooseDataset, chooseExperiment } from "./choose.ts";
import { planExperiment, type Reproduction, type ReproductionRequest } from "./reproduction.ts";

/**
 * Opens and plans what is asked for: what can be refused is refused before anything is trained.
 *
 * @throws {ReportedError} as the dataset, the configurations and the engine do.
 */
export async function planReproduction(request: ReproductionRequest): Promise<Reproduction> {
  const experiment = chooseExperiment(request);
  const dataset = await chooseDataset(await dataFolder(request), experiment);
  return await planExperiment(experiment, dataset, request);
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
