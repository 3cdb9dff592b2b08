/**
 * The command line of `deno task evaluate`.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { EngineName } from "../../model/engine/engine.ts";
import type { Split } from "../../pipeline/schema.ts";
import { type IdleOptions, refuseIdle } from "../cli/idle_options.ts";
import { engineOption, jsonOption, runOption, thresholdOption } from "../cli/options.ts";
import { resamples, share, splitNames } from "../cli/values.ts";

/** The command line, parsed. */
export interface EvaluateFlags {
  readonly run: string;
  readonly data?: string;
  readonly split: readonly Split[];
  readonly baselines?: true;
  readonly scores?: true;
  readonly bootstrap: number;
  readonly threshold?: number;
  readonly precision?: number;
  readonly confidence: number;
  /** Files or folders of annotations. */
  readonly evidence?: readonly string[];
  /** The notes that they are places in. */
  readonly notes?: readonly string[];
  readonly engine: EngineName;
  readonly json?: true;
}

const usual: readonly Split[] = ["dev", "test"];

/** Declares the options. */
export function declareEvaluateFlags(command: Command): Command {
  const declared = command
    .addOption(runOption())
    .option(
      "--data <directory>",
      "its dataset directory (default: where it was when training began)",
    )
    .addOption(
      new Option("--split <names>", "some of train, dev and test, joined by commas")
        .argParser(splitNames).default(usual, usual.join()),
    )
    .option("--baselines", "evaluate code frequency and bag-of-words logistic regression beside it")
    .option("--scores", "write all probabilities, predictions/<split>.scores.safetensors")
    .option("--bootstrap <number>", "resamples for the intervals; 0 for none", resamples, 1000)
    .addOption(thresholdOption("decide by it instead of the one tuned on dev"))
    .option(
      "--precision <share>",
      "find codes that may be accepted unseen, such a share of them right",
      share,
    )
    .option("--confidence <share>", "how sure that promise is to be", share, 0.9)
    .option("--evidence <files...>", "instead, hold words behind codes against these annotations")
    .option("--notes <files...>", "with --evidence: NOTEEVENTS, or the corpus's tables of notes")
    .addOption(engineOption())
    .addOption(jsonOption("every metric, or what --evidence found,"));
  return refuseIdle(declared, IDLE);
}

const IDLE: readonly IdleOptions[] = [
  {
    options: [
      "--baselines",
      "--scores",
      "--bootstrap",
      "--threshold",
      "--precision",
      "--confidence",
    ],
    beside: "--evidence",
  },
  { options: ["--confidence"], without: "--precision" },
];
