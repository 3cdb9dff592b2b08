/**
 * Options that more than one command has, each declared once.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "commander";
import { METHODS } from "../../model/attribution/methods.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { nearest } from "../../pipeline/text/nearest.ts";
import { probability } from "./values.ts";

const engines: readonly EngineName[] = ["auto", "tensorflow", "cuda", "wasm"];

/** An option that takes one of some words; another is refused with the nearest. */
export function choiceOption(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  return new Option(flags, description).choices(choices).argParser((text) => {
    if (choices.includes(text)) return text;
    throw new InvalidArgumentError(
      `Allowed choices are ${choices.join(", ")}; the nearest is ${nearest(text, choices)}.`,
    );
  });
}

/** An option whose known words are shown and completed; who reads it refuses others. */
export function knownOption(
  flags: string,
  description: string,
  known: readonly string[],
): Option {
  return new Option(flags, description).choices(known).argParser((text) => text);
}

/** `--engine`: an {@linkcode EngineName}. */
export function engineOption(description = "what computes"): Option {
  return choiceOption("--engine <name>", description, engines).default("auto");
}

/** `--data`: the dataset directory of a task that takes one. */
export function dataOption(): Option {
  return new Option("--data <directory>", "dataset directory").default("data/top50");
}

/** `--run`, which must be given. */
export function runOption(): Option {
  return new Option("--run <directory>", "run directory that deno task train wrote")
    .makeOptionMandatory();
}

/** `--threshold`. */
export function thresholdOption(description: string): Option {
  return new Option("--threshold <number>", description).argParser(probability);
}

/** `--by`: a {@linkcode Method}. */
export function methodOption(): Option {
  const description = "what says which words are behind a code (default: attention, or gradient " +
    "where the system has none)";
  return choiceOption("--by <method>", description, METHODS);
}

/** An option that takes a label set: a {@linkcode Task}. */
export function taskOption(flags: string, description: string): Option {
  return choiceOption(flags, description, TASKS);
}

/** `--any-engine`. */
export function anyEngineOption(description: string): Option {
  return new Option("--any-engine", description);
}

/** `--ignore-memory`. */
export function ignoreMemoryOption(): Option {
  return new Option(
    "--ignore-memory",
    "train even if the estimate of a step's memory is more than is free",
  );
}

/** `--json`: prints `what` for programs. */
export function jsonOption(what: string): Option {
  return new Option("--json", `print ${what} as JSON`);
}
