/**
 * Published lists of HADM_IDs as a folder of CSVs.
 *
 * @module
 */
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { readText } from "../files/read.ts";
import { perSplit, SPLITS } from "../schema.ts";
import { type IdLists, parseIds } from "./id_lists.ts";

/** The lists of one label set. */
export interface FolderLists {
  readonly lists: IdLists;
  /** The files that hold them, in the order of the splits. */
  readonly paths: readonly string[];
}

/**
 * Reads `{train,dev,test}_{labelSet}_hadm_ids.csv` of a folder: an id a line, no header.
 *
 * @throws {DataError} naming every list that is missing, or the line that is no id.
 * @throws {IntegrityError} where a list names an id twice.
 * @throws {ResourceError} where the system does not let one be read.
 */
export async function readFolderLists(directory: string, labelSet: string): Promise<FolderLists> {
  const paths = SPLITS.map((split) => join(directory, `${split}_${labelSet}_hadm_ids.csv`));
  const read = await Promise.allSettled(
    paths.map((path) => readText(path, (found) => new DataError(`no ${path} (${found})`))),
  );
  const failures = read.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  const other = failures.find((failure) => !(failure instanceof DataError));
  if (other) throw other;
  if (failures.length > 0) {
    throw new DataError(
      `reading published splits: ${failures.map(({ message }) => message).join(", ")}; expected ` +
        "a list of HADM_IDs for each split; see --splits",
    );
  }
  const texts = read.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  return { lists: perSplit((_, i) => parseIds(texts[i]!, paths[i]!)), paths };
}
