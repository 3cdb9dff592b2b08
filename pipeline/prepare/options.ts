/**
 * The options of `prepare`, their defaults, and which of them decide a dataset's bytes.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import type { ManifestOptions } from "../schema.ts";
import type { CodesFile, NotesFile } from "../source/corpus.ts";
import { PUBLISHED_SHARES, type SplitShares } from "./splits.ts";

/** MIMIC-III as input. */
export interface Mimic3Input {
  /** Says so. */
  readonly kind: "mimic3";
  /** Folder of the CSVs. */
  readonly directory: string;
  /** Folder or zip of HCUP's single-level CCS 2015. */
  readonly ccs: string;
  /** Leaves malformed codes out instead of refusing them. */
  readonly skipMalformed?: boolean | undefined;
}

/** A corpus of one's own as input. */
export interface CorpusInput {
  /** Says so. */
  readonly kind: "corpus";
  /** Tables of notes: id, text and, if wanted, patient and split. */
  readonly notes: readonly NotesFile[];
  /** Tables of labels: id, code. */
  readonly labels: readonly CodesFile[];
  /** Further notes, for word vectors alone. */
  readonly embedNotes?: readonly string[] | undefined;
  /** Tables of categories: code, group and, if wanted, title. */
  readonly groups?: readonly CodesFile[] | undefined;
  /** Without group tables: length of the code prefix in their place, 3 by default. */
  readonly groupPrefix?: number | undefined;
  /** Tables of titles: code, title. */
  readonly titles?: readonly CodesFile[] | undefined;
}

/** What to prepare, and how. */
export interface PrepareOptions {
  /** What to read. */
  readonly input: Mimic3Input | CorpusInput;
  /** Directory to be made; `full/` and `top50/` are put in it. */
  readonly out: string;
  /** Whether datasets that are there already may be replaced. */
  readonly replace?: boolean | undefined;
  /**
   * `patient` (default) deals patients out from the seed, `published` follows the lists in `splits`.
   * A corpus whose notes name their splits keeps them.
   */
  readonly split?: "patient" | "published" | undefined;
  /** Folder of published lists of HADM_IDs. */
  readonly splits?: string | undefined;
  /** Relative sizes of the splits that patients are dealt to; the published ones by default. */
  readonly shares?: SplitShares | undefined;
  /** Codes of the smaller label set, 50 by default. */
  readonly top?: number | undefined;
  /** File with a code a line that the most frequent codes are compared with. */
  readonly topCodes?: string | undefined;
  /** Whether diagnosis and procedure categories of one number stay apart (default) or merge. */
  readonly ccsLabels?: "separate" | "paper" | undefined;
  /** Whose notes word2vec reads: all (default) or those of training documents. */
  readonly embedOn?: "all" | "train" | undefined;
  /** Training documents that a token of the vocabulary is in, 3 by default. */
  readonly minDocuments?: number | undefined;
  /** Seed of the split and of word2vec, 1 by default. */
  readonly seed?: number | undefined;
  /** Threads; as many as there are processors by default. */
  readonly threads?: number | undefined;
  /** Memory for DuckDB in bytes; by default 1 GB, or a quarter of the machine's if that is less. */
  readonly memory?: number | undefined;
  /** Share of (document, code) pairs that may be without a category, 0.1 by default. */
  readonly maxUncovered?: number | undefined;
}

/** Options with nothing left open. */
export type Settings =
  & {
    readonly [key in Exclude<keyof PrepareOptions, "splits" | "topCodes">]-?: Exclude<
      PrepareOptions[key],
      undefined
    >;
  }
  & {
    /** Folder of published lists; none where patients are dealt out. */
    readonly splits: string | undefined;
    /** File to compare the most frequent codes with. */
    readonly topCodes: string | undefined;
  };

/** Values of a word vector, as in the published preprocessing of MIMIC-III. */
export const DIMENSIONS = 100;

/**
 * Fills in the defaults.
 *
 * @throws {UsageError} where options contradict each other or are out of range.
 */
export function completeOptions(options: PrepareOptions): Settings {
  const { input, split = "patient", splits } = options;
  if (split === "published" && splits === undefined) {
    throw wrong("--split published", "no folder of lists", "--splits DIR");
  }
  if (split === "patient" && splits !== undefined) {
    throw wrong(`--splits ${splits}`, "patients are dealt out", "--split published with it");
  }
  if (input.kind === "corpus" && input.groups?.length && input.groupPrefix !== undefined) {
    throw wrong("--groups", "a prefix too", "either --groups or --group-prefix");
  }
  if (input.kind === "corpus" && !isPositive(prefixLength(input))) {
    throw wrong(`groupPrefix ${input.groupPrefix}`, "out of range", "a whole number above 0");
  }
  const settings: Settings = {
    input,
    out: options.out,
    replace: options.replace ?? false,
    split,
    splits,
    shares: options.shares ?? PUBLISHED_SHARES,
    top: options.top ?? 50,
    topCodes: options.topCodes,
    ccsLabels: options.ccsLabels ?? "separate",
    embedOn: options.embedOn ?? "all",
    minDocuments: options.minDocuments ?? 3,
    seed: options.seed ?? 1,
    threads: options.threads ?? navigator.hardwareConcurrency,
    memory: options.memory ?? Math.min(1e9, Deno.systemMemoryInfo().total / 4),
    maxUncovered: options.maxUncovered ?? 0.1,
  };
  for (const name of ["top", "minDocuments", "threads"] as const) {
    if (!isPositive(settings[name])) {
      throw wrong(`${name} ${settings[name]}`, "out of range", "a whole number above 0");
    }
  }
  if (!(Number.isSafeInteger(settings.seed) && settings.seed >= 0)) {
    throw wrong(`seed ${settings.seed}`, "out of range", "a whole number from 0");
  }
  if (!(settings.maxUncovered >= 0 && settings.maxUncovered <= 1)) {
    throw wrong(`maxUncovered ${settings.maxUncovered}`, "out of range", "a share from 0 to 1");
  }
  return settings;
}

/** The options that decide a dataset's bytes, as its manifest names them. */
export function manifestOptions(
  settings: Settings,
  split: ManifestOptions["split"],
  top: number | null,
): ManifestOptions {
  const { input, shares, ccsLabels, embedOn, minDocuments, seed } = settings;
  const byPrefix = input.kind === "corpus" && !input.groups?.length;
  return {
    source: input.kind,
    split,
    shares: split === "patient" ? shares : null,
    top,
    ccsLabels,
    groupPrefix: byPrefix ? prefixLength(input) : null,
    embedOn,
    minDocuments,
    dimensions: DIMENSIONS,
    seed,
  };
}

/** Length of the prefix that stands in for a category. */
export function prefixLength(input: CorpusInput): number {
  return input.groupPrefix ?? 3;
}

/** Whether a number counts something of which there must be one. */
function isPositive(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

function wrong(what: string, found: string, expected: string): UsageError {
  return new UsageError(`reading options: ${what}: ${found}; expected ${expected}; see --help`);
}
