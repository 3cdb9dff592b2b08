/**
 * The command line of `deno task audit`.
 *
 * @module
 */
import type { Command } from "commander";
import type { Method } from "../../model/attribution/methods.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import type { AuditHead } from "../../pipeline/files/audit_log.ts";
import { type Split, SPLITS, type Task } from "../../pipeline/schema.ts";
import { type IdleOptions, refuseIdle } from "../cli/idle_options.ts";
import {
  choiceOption,
  engineOption,
  jsonOption,
  methodOption,
  taskOption,
  thresholdOption,
} from "../cli/options.ts";
import { auditHead, naturalNumber, plantings, positiveNumber, share } from "../cli/values.ts";

/** The command line, parsed. */
export interface AuditFlags {
  /** A log; nothing else is done then. */
  readonly verify?: string;
  readonly head?: AuditHead;
  readonly run?: string;
  readonly data?: string;
  readonly split: Split;
  /** Tables of notes instead of a dataset. */
  readonly notes?: readonly string[];
  readonly labels?: readonly string[];
  readonly task?: Task;
  readonly threshold?: number;
  readonly top?: number;
  readonly words: number;
  readonly by?: Method;
  readonly out: string;
  readonly measure?: true;
  readonly share: number;
  readonly seeds: number;
  readonly engine: EngineName;
  readonly json?: true;
}

/** Declares `audit`'s options. */
export function declareAuditFlags(command: Command): Command {
  const declared = command
    .option("--run <directory>", "run directory that deno task train wrote")
    .option("--data <directory>", "audit a split of its dataset (default: the run's)")
    .addOption(choiceOption("--split <name>", "which", SPLITS).default("test"))
    .option("--notes <files...>", "audit these notes instead: tables with the columns id and text")
    .option(
      "--labels <files...>",
      "their codes: columns id and code (default: in the notes' tables)",
    )
    .addOption(taskOption("--task <labels>", "label set (default: the run's target)"))
    .addOption(thresholdOption("assign codes above this probability (default: tuned on dev)"))
    .option("--top <number>", "list so many findings (default: all)", positiveNumber)
    .option("--words <number>", "of notes: list so many words for each code", naturalNumber, 0)
    .addOption(methodOption())
    .option("--out <directory>", "folder of worklist.csv and worklist.json", "audit")
    .option("--measure", "instead, plant errors among the codes, and count which are found")
    .option("--share <share>", "with --measure: of the codes, so many", share, 0.1)
    .option("--seeds <number>", "with --measure: plant errors so many times", plantings, 5)
    .addOption(engineOption())
    .addOption(jsonOption("the list, what was measured, or what a log holds,"))
    .option("--verify <file>", "instead, find any change to a log that predict --audit-log wrote")
    .option(
      "--head <head>",
      "hold it against a head that was kept elsewhere: NUMBER:SHA256",
      auditHead,
    );
  return refuseIdle(declared, IDLE);
}

/** A log is verified by itself; of an audit, a measurement and one without notes have no use for all. */
const IDLE: readonly IdleOptions[] = [
  { options: ["--head"], without: "--verify" },
  {
    options: [
      "--run",
      "--data",
      "--split",
      "--notes",
      "--labels",
      "--task",
      "--threshold",
      "--top",
      "--words",
      "--by",
      "--out",
      "--measure",
      "--share",
      "--seeds",
      "--engine",
    ],
    beside: "--verify",
  },
  { options: ["--share", "--seeds"], without: "--measure" },
  { options: ["--top", "--out"], beside: "--measure" },
  { options: ["--split"], beside: "--notes" },
  { options: ["--words"], without: "--notes" },
  { options: ["--by"], without: "--words" },
];
