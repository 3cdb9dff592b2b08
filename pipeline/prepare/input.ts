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
import type { Source } from "../source/source.ts";
import { prefixLength, type Settings } from "./options.ts";

/** A source and the categories of its codes. */
export interface Input extends Disposable {
  /** It gives its codes at once, its notes one after another. */
  readonly source: Source;
  /** Category of a code given without its point. */
  readonly grouping: Grouping;
  /** Files that were read beside the source's tables. */
  readonly files: readonly ManifestSource[];
}

/** Whether what is made of the input is restricted: of MIMIC-III, and of what is declared so. */
export async function isRestricted({ input, restricted }: Settings): Promise<boolean> {
  return restricted || (input.kind === "mimic3" && !await isMadeUp(input.directory));
}

/**
 * Opens the input and reads its codes.
 *
 * @throws {ReportedError} as the source does.
 */
export async function openInput(settings: Settings, scratch: string): Promise<Input> {
  const { input, threads, memory } = settings;
  const limits = { temporary: scratch, threads, memory };
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
