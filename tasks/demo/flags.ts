/**
 * The command line of `deno task demo`.
 *
 * @module
 */
import type { Command } from "commander";
import { presets } from "../../model/config/presets.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import { epochsOption, setOption } from "../cli/config_options.ts";
import { engineOption, jsonOption, knownOption } from "../cli/options.ts";
import { integer, scale } from "../cli/values.ts";
import { type CohortOptions, demoCohort } from "./cohort.ts";

/** The command line, parsed. */
export interface DemoFlags extends CohortOptions {
  readonly out: string;
  readonly preset: string;
  readonly set?: readonly string[];
  readonly epochs?: number;
  readonly engine: EngineName;
  readonly json?: true;
}

/** Declares the options. */
export function declareDemoFlags(command: Command): Command {
  return command
    .option("--out <directory>", "folder for all of it; an earlier demo's is replaced", "demo")
    .option("--admissions <number>", "admissions to make up", integer, demoCohort.admissions)
    .option("--codes <number>", "codes that can occur, 50 to 8921", integer, demoCohort.codes)
    .option("--length <scale>", "notes' length; 1 is MIMIC-III's", scale, demoCohort.length)
    .option("--seed <number>", "seed of the cohort and of training", integer, demoCohort.seed)
    .addOption(knownOption("--preset <name>", "how to train", Object.keys(presets)).default("demo"))
    .addOption(setOption())
    .addOption(epochsOption())
    .addOption(engineOption())
    .addOption(jsonOption("its metrics and what it took"));
}
