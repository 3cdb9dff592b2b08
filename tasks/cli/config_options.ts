/**
 * Options about a configuration that more than one command has.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { LOSSES } from "../../model/loss.ts";
import { presets } from "../../model/config/presets.ts";
import { systems } from "../../model/zoo/systems.ts";
import { knownOption, taskOption } from "./options.ts";
import { collect, integer } from "./values.ts";

/**
 * `--preset`.
 *
 * @param fallback what is taken without it, in words.
 */
export function presetOption(fallback: string): Option {
  return knownOption(
    "--preset <name>",
    `how to train (default: ${fallback})`,
    Object.keys(presets),
  );
}

/** `--epochs`. */
export function epochsOption(): Option {
  return new Option("--epochs <number>", "passes over the training split, at most").argParser(
    integer,
  );
}

/** `--set`: the changes of the configuration, in order. */
export function setOption(
  description = "change one key of the configuration; may be repeated",
): Option {
  return new Option("--set <key=value>", description).argParser(collect);
}

/** Everything that a command line can say of a configuration: a `ConfigRequest`. */
export function declareConfigOptions(command: Command): Command {
  return declareSystemOptions(command)
    .option("--seed <number>", "seed of every random draw", integer);
}

/** {@linkcode declareConfigOptions} of a command that takes several seeds. */
export function declareSystemOptions(command: Command): Command {
  return command
    .addOption(presetOption("by the dataset: mimic3-50 or mimic3-full, else codiesp"))
    .addOption(
      knownOption(
        "--model <name>",
        "system to train (default: marn)",
        systems.map(({ name }) => name),
      ),
    )
    .addOption(
      knownOption(
        "--base <name>",
        "base encoder of the paper's blocks: --mtl, --ram, --loss focal",
        systems.flatMap(({ base }) => base ?? []),
      ),
    )
    .option("--mtl", "with both label branches")
    .option("--no-mtl", "with the target's label branch alone")
    .option("--ram", "with the recalibrated aggregation module")
    .option("--no-ram", "without it")
    .addOption(knownOption("--loss <name>", "what is minimised", LOSSES))
    .addOption(taskOption("--target <labels>", "label set to monitor"))
    .addOption(epochsOption())
    .addOption(setOption());
}
