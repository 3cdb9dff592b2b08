/**
 * Published lists of HADM_IDs as a folder of CSVs.
 *
 * @module
 */
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { isFile, readText } from "../files/read.ts";
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
 */
export async function readFolderLists(directory: string, labelSet: string): Promise<FolderLists> {
  const paths = SPLITS.map((split) => join(directory, `${split}_${labelSet}_hadm_ids.csv`));
  const absent: string[] = [];
  for (const path of paths) if (!await isFile(path)) absent.push(path);
  if (absent.length > 0) throw refuse(`no file ${absent.join(", no file ")}`);
  const texts: string[] = [];
  for (const path of paths) {
    texts.push(await readText(path, (found) => refuse(`${path}: ${found}`)));
  }
  return { lists: perSplit((_, i) => parseIds(texts[i]!, paths[i]!)), paths };
}

function refuse(found: string): DataError {
  return new DataError(
    `reading published splits: ${found}; expected a list of HADM_IDs for each split; see --splits`,
  );
}
