/**
 * The systems by name.
 *
 * @module
 */
import type { ModelConfig } from "../config.ts";
import type { Model, ModelInputs } from "../model.ts";
import { createMarn } from "./marn.ts";

type Create = (config: ModelConfig, inputs: ModelInputs) => Model;

const systems: { readonly [name in ModelConfig["model"]["name"]]: Create } = {
  marn: createMarn,
};

/** The configured system, with fresh weights that derive from the inputs' seed. */
export function createModel(config: ModelConfig, inputs: ModelInputs): Model {
  return systems[config.model.name](config, inputs);
}
