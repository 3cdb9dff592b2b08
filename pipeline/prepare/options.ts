/**
 * The options of `prepare`, their defaults, and which of them decide a dataset's bytes.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { availableMemory } from "../files/free_memory.ts";
import { CLEAN_DOCUMENTS, type ShippedSplit } from "../lists/shipped.ts";
import type { ManifestOptions } from "../manifest.ts";
import type { CorpusTables } from "../source/corpus_tables.ts";
import type { InputPart } from "../source/part.ts";
import { PUBLISHED_SHARES, type SplitShares } from "./splits.ts";

/** MIMIC-III's tables as input. */
export interface Mimic3Input {
  /** Tells it from a corpus. */
  readonly kind: "mimic3";
  /** Folder of the CSVs, plain or gzipped. */
  readonly directory: string;
  /** Folder or zip of HCUP's single-level CCS 2015. */
  readonly ccs: string;
  /** Leaves malformed codes out, counted, instead of refusing them. */
  readonly skipMalformed?: boolean | undefined;
  /** Gives codes back the zeros that a spreadsheet took, instead of refusing its tables. */
  readonly repairZeros?: boolean | undefined;
}

/** A corpus of one's own as input. */
export interface CorpusInput extends CorpusTables {
  /** Tells it from MIMIC-III. */
  readonly kind: "corpus";
  /** Without group tables: length of the code prefix in their place, from 1; 3 by default. */
  readonly groupPrefix?: number | undefined;
}

/** What to prepare, and how. */
export interface PrepareOptions {
  /** Where notes and codes come from. */
  readonly input: Mimic3Input | CorpusInput;
  /** Directory to be made; `full/` and `top50/` are put in it. */
  readonly out: string;
  /** Whether datasets that are there already may be replaced; false by default. */
  readonly replace?: boolean | undefined;
  /**
   * `patient` (default) deals patients out from the seed, `caml` and `edin-clean` follow the lists that
   * ship, `published` those in `splits`. A corpus whose notes name their splits keeps them.
   */
  readonly split?: "patient" | "published" | ShippedSplit | undefined;
  /** Folder of published lists of HADM_IDs. */
  readonly splits?: string | undefined;
  /** Relative sizes of the splits that patients are dealt to; the published ones by default. */
  readonly shares?: SplitShares | undefined;
  /** Codes of the smaller label set, from 1; by default as many as are listed, or else 50. */
  readonly top?: number | undefined;
  /**
   * File with a code a line: the codes of the smaller label set. By default they are the published 50
   * where `split` is `caml` or `published`, else the most frequent ones.
   */
  readonly topCodes?: string | undefined;
  /** Documents that a code must be in to be a label, from 1; 1 by default, 10 for `edin-clean`. */
  readonly minCodeDocuments?: number | undefined;
  /** Whether diagnosis and procedure categories of one number stay apart (default) or merge. */
  readonly ccsLabels?: "separate" | "paper" | undefined;
  /** Whose notes word2vec reads: all (default) or those of training documents. */
  readonly embedOn?: "all" | "train" | undefined;
  /** Training documents that a token of the vocabulary is in, from 1; 3 by default. */
  readonly minDocuments?: number | undefined;
  /** Seed of the split and of word2vec, from 0; 1 by default. */
  readonly seed?: number | undefined;
  /** Threads, from 1; as many as there are processors by default. */
  readonly threads?: number | undefined;
  /** Memory for DuckDB in bytes; by default 1 GB, or less where the machine or its container is small. */
  readonly memory?: number | undefined;
  /** Share of (document, code) pairs that may be without a category, 0 … 1; 0.1 by default. */
  readonly maxUncovered?: number | undefined;
  /** Declares the input restricted, as real MIMIC-III is by itself; false by default. */
  readonly restricted?: boolean | undefined;
  /** Goes on where more than a fifth of documents, codes or titles is lost; false by default. */
  readonly allowLoss?: boolean | undefined;
}

/** Options with nothing left open but what has no default. */
export type Settings =
  & { readonly [name in Exclude<keyof PrepareOptions, Optional>]-?: Given<PrepareOptions[name]> }
  & { readonly [name in Optional]: PrepareOptions[name] };

type Optional = "splits" | "top" | "topCodes";
type Given<T> = Exclude<T, undefined>;

/** Values of a word vector, as in the published preprocessing of MIMIC-III. */
export const DIMENSIONS = 100;

/**
 * Fills in the defaults.
 *
 * @throws {UsageError} where options contradict each other or are out of range.
 */
export function completeOptions(options: PrepareOptions): Settings {
  refuseContradictions(options);
  const split = options.split ?? "patient";
  const settings = {
    input: options.input,
    out: options.out,
    replace: options.replace ?? false,
    split,
    splits: options.splits,
    shares: options.shares ?? PUBLISHED_SHARES,
    top: options.top,
    topCodes: options.topCodes,
    minCodeDocuments: options.minCodeDocuments ?? (split === "edin-clean" ? CLEAN_DOCUMENTS : 1),
    ccsLabels: options.ccsLabels ?? "separate",
    embedOn: options.embedOn ?? "all",
    minDocuments: options.minDocuments ?? 3,
    seed: options.seed ?? 1,
    threads: options.threads ?? navigator.hardwareConcurrency,
    memory: options.memory ?? databaseMemory(),
    maxUncovered: options.maxUncovered ?? 0.1,
    restricted: options.restricted ?? false,
    allowLoss: options.allowLoss ?? false,
  };
  refuseOutOfRange(settings);
  return settings;
}

/** Room for DuckDB: a gigabyte, or less on a small machine and in a narrow container. */
export function databaseMemory(): number {
  return Math.min(1e9, Deno.systemMemoryInfo().total / 4, availableMemory() / 2);
}

function refuseContradictions({ input, split = "patient", splits }: PrepareOptions): void {
  if (split === "published" && splits === undefined) {
    throw wrong("--split published", "no folder of lists", "--splits DIR");
  }
  if (split !== "published" && splits !== undefined) {
    throw wrong(`--splits ${splits}`, `the split is ${split}`, "--split published with it");
  }
  if (input.kind === "corpus" && (split === "caml" || split === "edin-clean")) {
    throw wrong(`--split ${split}`, "a corpus", "MIMIC-III, whose admissions its lists name");
  }
  if (input.kind === "corpus" && input.groups?.length && input.groupPrefix !== undefined) {
    throw wrong("--groups", "a prefix too", "either --groups or --group-prefix");
  }
}

/** More than any machine's processors, and less than a system refuses to start. */
const MOST_THREADS = 1024;

function refuseOutOfRange(settings: Settings): void {
  const { input, top = 50, minDocuments, minCodeDocuments, threads, seed, maxUncovered } = settings;
  requireCounts({ top, minDocuments, minCodeDocuments, threads });
  requireShares({ maxUncovered });
  if (input.kind === "corpus" && !isWhole(prefixLength(input), 1)) {
    throw outOfRange(`groupPrefix ${input.groupPrefix}`, "a whole number above 0");
  }
  if (threads > MOST_THREADS) throw outOfRange(`threads ${threads}`, `at most ${MOST_THREADS}`);
  if (!isWhole(seed, 0)) throw outOfRange(`seed ${seed}`, "a whole number from 0");
}

/** Refuses, with a {@linkcode UsageError}, options that must be whole numbers above 0 and are not. */
export function requireCounts(options: { readonly [name: string]: number }): void {
  for (const [name, count] of Object.entries(options)) {
    if (!isWhole(count, 1)) throw outOfRange(`${name} ${count}`, "a whole number above 0");
  }
}

/** Refuses, with a {@linkcode UsageError}, options that must be shares of something and are not. */
export function requireShares(options: { readonly [name: string]: number }): void {
  for (const [name, share] of Object.entries(options)) {
    if (!(share >= 0 && share <= 1)) throw outOfRange(`${name} ${share}`, "a share from 0 to 1");
  }
}

/** Refuses, with a {@linkcode UsageError}, what is none of the parts of an input. */
export function requirePart({ number, of }: InputPart): void {
  if (isWhole(number, 1) && isWhole(of, number)) return;
  throw outOfRange(`part ${number} of ${of}`, "a number from 1 to that of all parts");
}

/** What a manifest's options hold that depends on more than the options of `prepare`. */
export type DecidedOptions = Pick<ManifestOptions, "split" | "top" | "topBy">;

/** The options of `prepare` that decide a dataset's bytes, as its manifest names them. */
export type DecisiveOptions = Omit<ManifestOptions, keyof DecidedOptions | "shares"> & {
  /** They count where patients are dealt out alone. */
  readonly shares: SplitShares;
};

/** What datasets are planned and written by, once the input was read. */
export interface WriteSettings extends Pick<Settings, "threads" | "maxUncovered" | "allowLoss"> {
  readonly options: DecisiveOptions;
}

/** The options of `prepare` that decide a dataset's bytes. */
export function decisiveOptions(settings: Settings): DecisiveOptions {
  const { input, shares, ccsLabels, embedOn, minDocuments, minCodeDocuments, seed } = settings;
  const byPrefix = input.kind === "corpus" && !input.groups?.length;
  return {
    source: input.kind,
    shares,
    minCodeDocuments,
    ccsLabels,
    groupPrefix: byPrefix ? prefixLength(input) : null,
    reading: readingOf(input),
    embedOn,
    minDocuments,
    dimensions: DIMENSIONS,
    seed,
  };
}

/** These with what was decided by more, as a manifest names them. */
export function manifestOptions(
  { shares, ...options }: DecisiveOptions,
  decided: DecidedOptions,
): ManifestOptions {
  return { ...options, ...decided, shares: decided.split === "patient" ? shares : null };
}

/** What the command line says of how tables are to be read; undefined where it says nothing. */
function readingOf(input: Settings["input"]): ManifestOptions["reading"] {
  if (input.kind === "mimic3") return input.repairZeros ? { repairZeros: true } : undefined;
  const { columns: { columns = {}, header, oneHot } = {}, codeSeparator } = input;
  const given = new Map<string, boolean | string | string[]>();
  for (const [column, names] of Object.entries(columns)) {
    if (names) given.set(`${column}Column`, [...names]);
  }
  for (const [option, value] of Object.entries({ header, oneHot, codeSeparator })) {
    if (value !== undefined) given.set(option, value);
  }
  return given.size > 0 ? Object.fromEntries(given) : undefined;
}

/** Length of the prefix that stands in for a category. */
export function prefixLength({ groupPrefix = 3 }: CorpusInput): number {
  return groupPrefix;
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function outOfRange(what: string, expected: string): UsageError {
  return wrong(what, "out of range", expected);
}

function wrong(what: string, found: string, expected: string): UsageError {
  return new UsageError(`reading options: ${what}: ${found}; expected ${expected}; see --help`);
}
