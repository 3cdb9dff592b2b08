/**
 * The command line of `deno task prepare` as the library's options.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import type { CorpusInput, Mimic3Input, PrepareOptions } from "../../pipeline/prepare/options.ts";
import type { MergeOptions } from "../../pipeline/prepare/parts/merge_parts.ts";
import { CODE_KINDS, type CodeKind, SPLITS } from "../../pipeline/schema.ts";
import type { InputPart } from "../../pipeline/source/part.ts";
import { columnChoice } from "./column_flags.ts";
import type { PrepareFlags } from "./flags.ts";

/** Folder of the datasets where none is named. */
const OUT = "data";

/**
 * What the command line asks for. Without `--source`, `--notes` tells a corpus from MIMIC-III.
 *
 * @throws {UsageError} where an option is missing or belongs to the other source.
 */
export function prepareRequest(flags: PrepareFlags): PrepareOptions {
  const source = flags.source ?? (flags.notes ? "corpus" : "mimic3");
  const { split, splits, shares, top, topCodes, minCodeDocuments, ccsLabels } = flags;
  const { embedOn, minDocuments, seed, threads, memory, maxUncovered, restricted, allowLoss } =
    flags;
  return {
    input: source === "mimic3" ? mimic3Input(flags) : corpusInput(flags),
    out: flags.out ?? OUT,
    replace: flags.force ?? false,
    split,
    splits,
    shares,
    top,
    topCodes,
    minCodeDocuments,
    ccsLabels,
    embedOn,
    minDocuments,
    seed,
    threads,
    memory,
    maxUncovered,
    restricted,
    allowLoss,
  };
}

/**
 * What the command line asks for of one part.
 *
 * @throws {UsageError} as {@linkcode prepareRequest}, and where it names no folder for the part.
 */
export function partRequest(
  flags: PrepareFlags,
  part: InputPart,
): PrepareOptions & { readonly part: InputPart } {
  if (flags.out !== undefined) return { ...prepareRequest(flags), part };
  throw new UsageError("reading options: --part needs --out, a folder for this part; see --help");
}

/**
 * What the command line asks to be joined: parts say for themselves what they were made of.
 *
 * @throws {UsageError} where it says so, too.
 */
export function mergeRequest(flags: PrepareFlags, parts: readonly string[]): MergeOptions {
  const { out = OUT, force, threads, maxUncovered, allowLoss, header, ...others } = flags;
  refuseForeign("--merge", {
    ...others,
    ...{ merge: undefined, json: undefined, quiet: undefined },
    noHeader: header === false ? header : undefined,
  });
  return { parts, out, replace: force ?? false, threads, maxUncovered, allowLoss };
}

function mimic3Input(flags: PrepareFlags): Mimic3Input {
  const { notes, labels, embedNotes, groups, groupPrefix, titles, codeSeparator } = flags;
  const { columns = {}, ...choice } = columnChoice(flags) ?? {};
  const chosen = Object.entries(columns).map(([column, names]) => [`${column}Column`, names]);
  refuseForeign("--source mimic3", {
    ...{ notes, labels, embedNotes, groups, groupPrefix, titles, codeSeparator },
    ...Object.fromEntries(chosen),
    oneHot: choice.oneHot,
    noHeader: choice.header,
  });
  const { mimic, ccs, skipMalformed, repairZeros } = flags;
  if (mimic === undefined || ccs === undefined) {
    throw new UsageError(
      "reading options: MIMIC-III needs --mimic DIR and --ccs DIR or ZIP; a corpus needs " +
        "--source corpus, --notes and --labels; see --help",
    );
  }
  return { kind: "mimic3", directory: mimic, ccs, skipMalformed, repairZeros };
}

function corpusInput(flags: PrepareFlags): CorpusInput {
  const { mimic, ccs, skipMalformed, repairZeros } = flags;
  refuseForeign("--source corpus", { mimic, ccs, skipMalformed, repairZeros });
  const { notes, labels, embedNotes, groups, groupPrefix, titles } = flags;
  if (notes === undefined || labels === undefined) {
    throw new UsageError("reading options: a corpus needs --notes and --labels; see --help");
  }
  return {
    kind: "corpus",
    notes: notes.map((value) => {
      const { tag, path } = tagged(value, SPLITS);
      return { path, split: tag };
    }),
    labels: labels.map(codesFile),
    embedNotes,
    groups: groups?.map(codesFile),
    groupPrefix,
    titles: titles?.map(codesFile),
    columns: columnChoice(flags),
    codeSeparator: flags.codeSeparator,
  };
}

/** Refuses the first of `options` that is given: none of them has a meaning beside `other`. */
function refuseForeign(other: string, options: object): void {
  const foreign = Object.entries(options).find(([, value]) => value !== undefined);
  if (!foreign) return;
  const flag = foreign[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`reading options: --${flag} does not go with ${other}; see --help`);
}

function codesFile(value: string): { path: string; kind: CodeKind | undefined } {
  const { tag, path } = tagged(value, CODE_KINDS);
  return { path, kind: tag };
}

/** `train=notes.csv` as a path and its tag, `notes.csv` as a path. */
function tagged<Tag extends string>(
  value: string,
  tags: readonly Tag[],
): { readonly tag: Tag | undefined; readonly path: string } {
  const tag = tags.find((tag) => value.startsWith(`${tag}=`));
  return { tag, path: tag === undefined ? value : value.slice(tag.length + 1) };
}
