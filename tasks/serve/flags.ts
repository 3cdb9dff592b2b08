/**
 * The command line of `deno task serve`.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { EngineName } from "../../model/engine/engine.ts";
import { engineOption } from "../cli/options.ts";
import { naturalNumber } from "../cli/values.ts";
import { PORT } from "../launch/loopback.ts";

/** The command line, parsed. */
export interface ServeFlags {
  readonly runs: readonly string[];
  /** 0 is any that is free. */
  readonly port: number;
  /** A file to append to. */
  readonly decisions?: string;
  /** A log to append to. */
  readonly auditLog?: string;
  readonly engine: EngineName;
}

/** Declares `serve`'s options. */
export function declareServeFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--runs <folders...>", "runs, or folders that hold some").default(
        ["runs"],
        "runs",
      ),
    )
    .option("--port <number>", "listen on this port of this machine; 0 is any", parsePort, PORT)
    .option("--decisions <file>", "append what is decided of codes, a line of JSON each")
    .option("--audit-log <file>", "append a line to a log that can be checked, for each note")
    .addOption(engineOption());
}

function parsePort(text: string): number {
  const port = naturalNumber(text);
  if (port < 2 ** 16) return port;
  throw new InvalidArgumentError("expected a number from 0 to 65535");
}
