/**
 * The systems: one line for each, which names its file.
 *
 * @module
 */
import type { ModelInputs } from "../inputs.ts";
import type { Model } from "../model.ts";
import type { AnySystem, ConfigValue, SystemSettings } from "../system.ts";
import { biGru } from "./bigru.ts";
import { caml } from "./caml.ts";
import { cnn } from "./cnn.ts";
import { drCaml } from "./dr_caml.ts";
import { fusion } from "./fusion.ts";
import { jointLaat } from "./joint_laat.ts";
import { laat } from "./laat.ts";
import { marn } from "./marn.ts";
import { mdBert } from "./mdbert/mdbert.ts";
import { mtRam } from "./mt_ram.ts";
import { multiResCnn } from "./multi_res_cnn.ts";

/** Every system that can be trained, MARN first, in the order in which messages list them. */
export const systems: readonly AnySystem[] = [
  marn,
  mtRam,
  cnn,
  biGru,
  caml,
  drCaml,
  multiResCnn,
  laat,
  jointLaat,
  fusion,
  mdBert,
];

/** Names of the files that runs keep of what their systems start from. */
export const ASSET_FILES: readonly string[] = systems.flatMap(({ assets }) => assets?.files ?? []);

/** A system's name and the values of its options, as a configuration holds them. */
export interface SystemConfig {
  readonly name: string;
  readonly [option: string]: ConfigValue;
}

/** The system of that name. Throws when there is none, which a checked configuration rules out. */
export function systemNamed(name: string): AnySystem {
  const system = systems.find((system) => system.name === name);
  if (!system) throw new Error(`looking for the system ${name}: there is none`);
  return system;
}

/**
 * The configured system, with fresh weights that derive from the inputs' seed.
 *
 * @param content what the system's assets read or restored.
 */
export function createModel(
  config: SystemSettings<SystemConfig>,
  inputs: ModelInputs,
  content?: unknown,
): Model {
  return systemNamed(config.model.name).create(config, inputs, content);
}
