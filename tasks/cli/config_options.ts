/**
 * Options about a configuration that more than one command has.
 *
 * @module
 */
import { Option } from "commander";
import { presets } from "../../model/config/presets.ts";
import { collect, integer } from "./values.ts";

/**
 * `--preset`.
 *
 * @param fallback what is taken without it, in words.
 */
export function presetOption(fallback: string): Option {
  const names = Object.keys(presets).join(", ");
  return new Option("--preset <name>", `${names} (default: ${fallback})`);
}

/** `--epochs`. */
export function epochsOption(): Option {
  return new Option("--epochs <number>", "most passes over the training split").argParser(integer);
}

/** `--set`: the changes of the configuration, in order. */
export function setOption(
  description = "change one key of the configuration; may be repeated",
): Option {
  return new Option("--set <key=value>", description).argParser(collect);
}
