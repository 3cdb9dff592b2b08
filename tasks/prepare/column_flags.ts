/**
 * The options of `deno task prepare` that say which column of a corpus's tables holds what.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import type { ColumnChoice } from "../../pipeline/source/columns.ts";

/** The options, parsed. */
export interface ColumnFlags {
  readonly idColumn?: readonly string[];
  readonly textColumn?: readonly string[];
  readonly patientColumn?: readonly string[];
  readonly splitColumn?: readonly string[];
  readonly codeColumn?: readonly string[];
  readonly groupColumn?: readonly string[];
  readonly titleColumn?: readonly string[];
  readonly codeSeparator?: string;
  readonly oneHot?: true;
  /** False with `--no-header`. */
  readonly header?: boolean;
}

/** Declares the options. */
export function declareColumnFlags(command: Command): Command {
  return command
    .option("--id-column <name...>", "column of the notes' ids, by name or by number from 1")
    .option("--text-column <name...>", "column of the notes' text")
    .option("--patient-column <name...>", "column of whose they are")
    .option("--split-column <name...>", "column of train, dev and test")
    .option("--code-column <name...>", "column of the codes; of labels several may be named")
    .option("--group-column <name...>", "column of the codes' categories")
    .option("--title-column <name...>", "column of words for the codes")
    .option(
      "--code-separator <text>",
      "what stands between several codes of a cell, such as ';', or space, tab, newline, or list for " +
        "JSON's and Python's lists",
      separator,
    )
    .option("--one-hot", "labels have a column for each code, marked such as 0 and 1")
    .option("--no-header", "a first line that names none of these columns is data");
}

/** What the options choose; undefined where none is given. */
export function columnChoice(flags: ColumnFlags): ColumnChoice | undefined {
  const columns = {
    id: flags.idColumn,
    text: flags.textColumn,
    patient: flags.patientColumn,
    split: flags.splitColumn,
    code: flags.codeColumn,
    group: flags.groupColumn,
    title: flags.titleColumn,
  };
  const header = flags.header === false ? false : undefined;
  const { oneHot } = flags;
  const given = Object.values({ ...columns, header, oneHot }).some((value) => value !== undefined);
  return given ? { columns, header, oneHot } : undefined;
}

function separator(text: string): string {
  const named: { readonly [text: string]: string } = {
    "\\t": "tab",
    "\\n": "newline",
    " ": "space",
  };
  if (text === "") throw new InvalidArgumentError("expected what stands between codes");
  return named[text] ?? text;
}
