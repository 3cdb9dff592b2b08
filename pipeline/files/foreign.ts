/**
 * What somebody else put into a folder of ours: it is not to go when the folder is replaced.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { listFolder, type Refusal } from "./read.ts";

/** What is ours in a folder, and how one is refused that cannot be listed. */
export interface Ours {
  /** Whether something is, by its path below the folder; what is in a folder of ours is asked for, too. */
  readonly isOurs: (path: string, entry: Deno.DirEntry) => boolean;
  readonly refuse: Refusal;
}

/**
 * Path of the first thing in a folder, or in one within it, that is not of our making; undefined where all
 * of it is. What operating systems drop into folders is nobody's.
 */
export async function findForeign(
  folder: string,
  ours: Ours,
  below = "",
): Promise<string | undefined> {
  for (const entry of await listFolder(join(folder, below), ours.refuse)) {
    const path = join(below, entry.name);
    if (!ours.isOurs(path, entry)) return join(folder, path);
    const foreign = entry.isDirectory ? await findForeign(folder, ours, path) : undefined;
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** Refuses to replace a folder that cannot be listed. */
export function refuseToReplace(folder: string): Refusal {
  return (found) =>
    new UsageError(`replacing ${folder}: it cannot be listed (${found}); choose another --out`);
}
