/**
 * Who decides what: the lists that split documents, and the list of codes that are the labels of the
 * smaller label set.
 *
 * @module
 */
import { basename, join } from "node:path";
import { IntegrityError, UsageError } from "../errors.ts";
import { exists, readRegular } from "../files/read.ts";
import { readCodeList } from "../lists/code_list.ts";
import { readFolderLists } from "../lists/folder.ts";
import type { PublishedLists } from "../lists/id_lists.ts";
import { PUBLISHED_CODES, readShippedLists } from "../lists/shipped.ts";
import type { ManifestSource } from "../manifest.ts";
import { perSplit, sumSplits } from "../schema.ts";
import type { SplitRule } from "./cohort.ts";
import { sourceOf } from "./input.ts";
import type { Settings } from "./options.ts";

/** The codes that are to be the labels of the smaller label set. */
export interface ListedCodes {
  /** With their points, each once. */
  readonly codes: readonly string[];
  /** The user's own file; undefined for the published codes, some of which may be in no document. */
  readonly path: string | undefined;
}

/** What the options decide before anything is read. */
export interface Rules {
  readonly split: SplitRule;
  /** Undefined where the codes are counted. */
  readonly listed: ListedCodes | undefined;
  /** Number of codes of the smaller label set. */
  readonly top: number;
  /** The files that hold the lists. */
  readonly files: readonly ManifestSource[];
}

/** Codes of the smaller label set where neither an option nor a list says how many. */
const TOP = 50;

/**
 * Reads the lists that the options name.
 *
 * @throws {UsageError} where the list of codes is not as long as `top` says.
 * @throws {DataError} where a list is missing, empty or holds what does not belong in it.
 * @throws {IntegrityError} where a list of documents names one twice.
 */
export async function readRules(settings: Settings): Promise<Rules> {
  const published = await readPublishedCodes(settings);
  const listed = await chooseCodes(settings, published?.codes);
  const ofLists = listed !== undefined && published !== undefined &&
    new Set(listed.codes).symmetricDifference(new Set(published.codes)).size === 0;
  const { rule, files } = await readSplitRule(settings, ofLists);
  const paths = [listed?.path, ofLists ? published.path : undefined];
  const codeFiles = [...new Set(paths.filter((path) => path !== undefined))];
  return {
    split: rule,
    listed,
    top: listed?.codes.length ?? settings.top ?? TOP,
    files: [...files, ...await readSources(codeFiles)],
  };
}

/** The codes that the split's own lists of the smaller label set are about. */
async function readPublishedCodes(
  { split, splits }: Settings,
): Promise<{ readonly codes: readonly string[]; readonly path: string | undefined } | undefined> {
  if (split === "caml") return { codes: PUBLISHED_CODES, path: undefined };
  if (split !== "published") return undefined;
  const path = join(splits!, `TOP_${TOP}_CODES.csv`);
  if (!await exists(path)) return { codes: PUBLISHED_CODES, path: undefined };
  return { codes: await readCodeList(path), path };
}

async function chooseCodes(
  { top, topCodes }: Settings,
  published: readonly string[] | undefined,
): Promise<ListedCodes | undefined> {
  if (topCodes === undefined) {
    const asked = published && (top === undefined || top === published.length);
    return asked ? { codes: published, path: undefined } : undefined;
  }
  const codes = await readCodeList(topCodes);
  if (top === undefined || top === codes.length) return { codes, path: topCodes };
  throw new UsageError(
    `reading options: --top ${top}: ${topCodes} has ${codes.length} codes; expected as many; ` +
      "leave --top out",
  );
}

async function readSplitRule(
  { split, splits, shares, seed }: Settings,
  withTop: boolean,
): Promise<{ readonly rule: SplitRule; readonly files: readonly ManifestSource[] }> {
  if (split === "patient") return { rule: { method: split, shares, seed }, files: [] };
  if (split !== "published") {
    const { full, top, file } = await readShippedLists(split);
    const rows = sumSplits(perSplit((split) => full[split].size));
    const lists = { full, top: withTop ? top : undefined };
    return {
      rule: { method: split, ...lists },
      files: [{ ...sourceOf(file.name, file.bytes), rows }],
    };
  }
  const full = await readFolderLists(splits!, "full");
  const top = withTop ? await readFolderLists(splits!, `${TOP}`) : undefined;
  const lists: PublishedLists = { full: full.lists, top: top?.lists };
  const files = await readSources([...full.paths, ...top?.paths ?? []]);
  return { rule: { method: split, ...lists }, files };
}

function readSources(paths: readonly string[]): Promise<ManifestSource[]> {
  return Promise.all(paths.map(async (path) => {
    const refuse = (found: string) =>
      new IntegrityError(`reading ${path}: ${found}, and was a list a moment ago; run again`);
    return sourceOf(basename(path), await readRegular(path, refuse));
  }));
}
