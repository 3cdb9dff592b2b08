/**
 * The command line of `deno task predict`.
 *
 * @module
 */
import type { Command } from "commander";
import type { Method } from "../../model/attribution/methods.ts";
import {
  CALIBRATION_METHODS,
  type CalibrationMethod,
} from "../../model/calibration/calibration.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { InputPart } from "../../pipeline/source/part.ts";
import { refuseIdle } from "../cli/idle_options.ts";
import {
  choiceOption,
  engineOption,
  methodOption,
  runOption,
  taskOption,
  thresholdOption,
} from "../cli/options.ts";
import { inputPart, naturalNumber } from "../cli/values.ts";

/** The command line, parsed. */
export interface PredictFlags {
  readonly run: string;
  readonly jsonl?: true;
  readonly fhir?: true;
  readonly json?: true;
  /** A file to write, a row for each note and code. */
  readonly parquet?: string;
  /** A page to write, which holds the notes' texts. */
  readonly html?: string;
  /** A log to append a line to for each note. */
  readonly auditLog?: string;
  readonly codeSystem?: string;
  readonly part?: InputPart;
  /** A file of lines to make. */
  readonly out?: string;
  readonly force?: true;
  readonly top: number;
  readonly words: number;
  readonly by?: Method;
  readonly threshold?: number;
  readonly calibration?: CalibrationMethod;
  readonly task?: Task;
  readonly engine: EngineName;
}

/** Declares `predict`'s argument and options. */
export function declarePredictFlags(command: Command): Command {
  const declared = command
    .argument("[file]", "text of one note, or a .parquet of id and text; - for standard input", "-")
    .addOption(runOption())
    .option("--jsonl", 'the input has a note a line: {"id": …, "text": …}')
    .option("--fhir", "the input is a FHIR DocumentReference or Bundle; print Conditions")
    .option(
      "--code-system <uri>",
      "where FHIR's codes are defined (default: ICD-9-CM of MIMIC-III)",
    )
    .option("--json", "print a line of JSON for each note")
    .option("--parquet <file>", "write the codes as a table, too")
    .option("--html <file>", "write a page of the notes with the words behind each code lit, too")
    .option("--audit-log <file>", "append a line to a log that can be checked, for each note")
    .option(
      "--part <number/of>",
      "of the notes of a file one of several parts, such as 1/4; all parts are all notes, in order",
      inputPart,
    )
    .option(
      "--out <file>",
      "put the lines of JSON there, for many notes; given again, an interrupted command goes on",
    )
    .option("--force", "replace what is there with --out, and begin anew")
    .option("--top <number>", "list so many codes, and all above the threshold", naturalNumber, 10)
    .option("--words <number>", "list so many words for each code", naturalNumber, 5)
    .addOption(methodOption())
    .addOption(thresholdOption("assign codes above this probability (default: tuned on dev)"))
    .addOption(
      choiceOption(
        "--calibration <method>",
        "how scores become probabilities (default: as evaluate found best on dev)",
        CALIBRATION_METHODS,
      ),
    )
    .addOption(taskOption("--task <labels>", "label set (default: the run's target)"))
    .addOption(engineOption());
  return refuseIdle(declared, [
    { options: ["--code-system"], without: "--fhir" },
    { options: ["--force"], without: "--out" },
  ]);
}
