/**
 * Opens what `prepare` reads: the source and the categories.
 *
 * @module
 */
import { groupByPrefix, type Grouping, readCcs } from "../codes/ccs.ts";
import { sha256 } from "../files/checksum.ts";
import type { ManifestSource } from "../manifest.ts";
import { openCorpus } from "../source/corpus.ts";
import { isMadeUp, openMimic3 } from "../source/mimic3.ts";
import type { Source, SourceLimits } from "../source/source.ts";
import { prefixLength, type Settings } from "./options.ts";

/** The codes of an input, and what is known of it without its notes. */
export interface CodedInput {
  /** The codes, those of each document, and whether notes are restricted or made up. */
  readonly source: Pick<
    Source,
    "restricted" | "synthetic" | "codes" | "assignments" | "patients" | "titled"
  >;
  /** Category of a code given without its point. */
  readonly grouping: Grouping;
  /** Files that were read beside the source's tables. */
  readonly files: readonly ManifestSource[];
}

/** An input whose notes can be read. */
export interface Input extends CodedInput, Disposable {
  /** It gives its codes at once, its notes one after another. */
  readonly source: Source;
}

/** Whether what is made of the input is restricted: of MIMIC-III, and of what is declared so. */
export async function isRestricted({ input, restricted }: Settings): Promise<boolean> {
  return restricted || (input.kind === "mimic3" && !await isMadeUp(input.directory));
}

/**
 * Opens the input and reads its codes.
 *
 * @param limits the folder for what does not fit into memory, and the part that is read, if it is one.
 * @throws {ReportedError} as the source does.
 */
export async function openInput(
  { input, threads, memory }: Pick<Settings, "input" | "threads" | "memory">,
  { temporary, part }: Pick<SourceLimits, "temporary" | "part">,
): Promise<Input> {
  const limits = { temporary, threads, memory, part };
  if (input.kind === "mimic3") {
    const { category, title, files } = await readCcs(input.ccs);
    const { directory, skipMalformed, repairZeros } = input;
    const options = { directory, skipMalformed, repairZeros, titles: title };
    const source = await openMimic3(options, limits);
    return {
      source,
      grouping: category,
      files: files.map(({ name, bytes }) => sourceOf(name, bytes)),
      [Symbol.dispose]: () => source.close(),
    };
  }
  const source = await openCorpus(input, limits);
  return {
    source,
    grouping: source.grouping ?? groupByPrefix(prefixLength(input)),
    files: [],
    [Symbol.dispose]: () => source.close(),
  };
}

/** A small text file as the manifest lists it; its rows are its lines that are not empty. */
export function sourceOf(name: string, bytes: Uint8Array): ManifestSource {
  const rows = new TextDecoder().decode(bytes).split(/\r?\n/).filter((line) => line !== "").length;
  return { name, bytes: bytes.length, rows, sha256: sha256(bytes), verified: false };
}
