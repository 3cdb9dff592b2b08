/**
 * The systems by name.
 *
 * @module
 */
import type { ModelConfig, SystemSettings } from "../config/config.ts";
import type { Model, ModelInputs } from "../model.ts";
import type { SystemConfig } from "../config/systems.ts";
import { createBiGru } from "./bigru.ts";
import { createCaml } from "./caml.ts";
import { createCnn } from "./cnn.ts";
import { createDrCaml } from "./dr_caml.ts";
import { createFusion } from "./fusion.ts";
import { createJointLaat } from "./joint_laat.ts";
import { createLaat } from "./laat.ts";
import { createMarn } from "./marn.ts";
import { createMdBert } from "./mdbert/mdbert.ts";
import { createMtRam } from "./mt_ram.ts";
import { createMultiResCnn } from "./multi_res_cnn.ts";

type Create<Options> = (settings: SystemSettings<Options>, inputs: ModelInputs) => Model;

const systems: {
  readonly [Name in SystemConfig["name"]]: Create<Extract<SystemConfig, { name: Name }>>;
} = {
  "marn": createMarn,
  "cnn": createCnn,
  "bigru": createBiGru,
  "caml": createCaml,
  "dr-caml": createDrCaml,
  "multi-res-cnn": createMultiResCnn,
  "mt-ram": createMtRam,
  "laat": createLaat,
  "joint-laat": createJointLaat,
  "fusion": createFusion,
  "mdbert": createMdBert,
};

/** The configured system, with fresh weights that derive from the inputs' seed. */
export function createModel(config: ModelConfig, inputs: ModelInputs): Model {
  // The schema ties a system's name to its options; the table's type cannot say so of a union.
  const create = systems[config.model.name] as Create<SystemConfig>;
  return create(config, inputs);
}
