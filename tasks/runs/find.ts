/**
 * The runs below a folder.
 *
 * @module
 */
import { join } from "node:path";
import { holdsRun } from "../../model/run/claim.ts";
import { isDataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { listFolder } from "../../pipeline/files/read.ts";

/**
 * Directories of the runs that `folder` is or holds, at any depth, in the order of their names. Links
 * are not followed; nothing is looked for inside runs, datasets and hidden folders.
 *
 * @throws {UsageError} where `folder` is none.
 */
export async function findRuns(folder: string): Promise<string[]> {
  if (await holdsRun(folder)) return [folder];
  const refuse = (found: string) =>
    new UsageError(
      `looking for runs in ${folder}: ${found}; name a run, or a folder that holds some`,
    );
  const found: string[] = [];
  for (const { name, isDirectory } of await listFolder(folder, refuse)) {
    const path = join(folder, name);
    const isOther = !isDirectory || name.startsWith(".") || name === "node_modules";
    if (isOther || await isDataset(path)) continue;
    // What may not be looked into holds none that could be listed.
    found.push(...await findRuns(path).catch(() => []));
  }
  return found.sort();
}
