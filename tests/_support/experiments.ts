/** The paper's experiments by their ids, as tests of `reproduce` name them. */
import type { Experiment } from "../../tasks/experiment/experiment.ts";
import { experiments } from "../../tasks/reproduce/experiments.ts";

/** The experiment of that id. */
export function experimentOf(id: string): Experiment {
  return experiments.find((experiment) => experiment.id === id)!;
}
