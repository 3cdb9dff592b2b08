/**
 * Opens what `prepare` reads: the source, the categories, the lists.
 *
 * @module
 */
import { basename, join } from "node:path";
import { groupByPrefix, type Grouping, readCcs } from "../codes/ccs.ts";
import { isCode } from "../codes/plausible.ts";
import { DataError, shown, stripControls } from "../errors.ts";
import { sha256 } from "../files/checksum.ts";
import type { ManifestSource } from "../manifest.ts";
import { openCorpus } from "../source/corpus.ts";
import { openMimic3 } from "../source/mimic3.ts";
import type { Source } from "../source/source.ts";
import type { SplitRule } from "./cohort.ts";
import { prefixLength, type Settings } from "./options.ts";
import { readPublishedLists } from "./splits.ts";

/** A source and the categories of its codes. */
export interface Input extends Disposable {
  /** It gives its codes at once, its notes one after another. */
  readonly source: Source;
  /** Category of a code given without its point. */
  readonly grouping: Grouping;
  /** Files that were read beside the source's tables. */
  readonly files: readonly ManifestSource[];
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
    const { directory, skipMalformed } = input;
    const source = await openMimic3({ directory, skipMalformed, titles: title }, limits);
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

/**
 * How the options split documents. Lists of the smaller label set are read where it has the
 * published 50 codes.
 *
 * @throws {DataError} where lists are missing.
 */
export async function readSplitRule(
  { split, splits, shares, seed, top }: Settings,
): Promise<{ readonly rule: SplitRule; readonly files: readonly ManifestSource[] }> {
  if (split === "patient") return { rule: { method: "patient", shares, seed }, files: [] };
  const full = await readPublishedLists(splits!, "full");
  const own = top === 50 ? await readPublishedLists(splits!, "50") : undefined;
  const files = [...full.paths, ...own?.paths ?? []].map(async (path) =>
    sourceOf(basename(path), await Deno.readFile(path))
  );
  return {
    rule: { method: "published", full: full.lists, top: own?.lists },
    files: await Promise.all(files),
  };
}

/**
 * The list that the most frequent codes are compared with: the one given, or the one that lies
 * beside the published lists.
 *
 * @throws {DataError} where the file given cannot be read.
 */
export async function readTopCodes(settings: Settings): Promise<string[] | undefined> {
  const { topCodes, splits, top } = settings;
  const beside = splits === undefined ? undefined : join(splits, `TOP_${top}_CODES.csv`);
  const path = topCodes ?? beside;
  if (path === undefined) return undefined;
  const text = await Deno.readTextFile(path).catch(() => undefined);
  if (text !== undefined) return parseCodes(text, path);
  if (topCodes === undefined) return undefined;
  throw new DataError(`reading ${path}: no readable file; expected a code a line; see --top-codes`);
}

function parseCodes(text: string, path: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => stripControls(line).trim());
  const wrong = lines.findIndex((line) => line !== "" && !isCode(line));
  if (wrong < 0) return lines.filter(Boolean);
  throw new DataError(
    `reading ${path}: line ${wrong + 1} is ${shown(lines[wrong]!)}; expected a code a line; ` +
      "see --top-codes",
  );
}

function sourceOf(name: string, bytes: Uint8Array): ManifestSource {
  const rows = new TextDecoder().decode(bytes).split(/\r?\n/).filter((line) => line !== "").length;
  return { name, bytes: bytes.length, rows, sha256: sha256(bytes), verified: false };
}
