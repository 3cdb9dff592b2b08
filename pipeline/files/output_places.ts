/**
 * Whether the files that a command is to write have places at which nothing else is lost.
 *
 * @module
 */
import { basename, dirname, join, resolve, sep } from "node:path";
import { UsageError } from "../errors.ts";

/**
 * Refuses a file that is to be written where another is read or written: what lies there would be lost.
 * Links are followed. Throws {@linkcode UsageError}.
 */
export async function requireDistinct(paths: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  for (const path of paths) {
    const place = await Deno.stat(path).then(
      ({ dev, ino }) => `${dev}:${ino}`,
      () => resolve(path),
    );
    if (seen.has(place)) {
      throw new UsageError(
        `writing ${path}: it is read or written by this command already; expected another file`,
      );
    }
    seen.add(place);
  }
}

/**
 * Refuses places of files and folders that are to be written: those in a folder whose own files belong
 * together, some of which they could replace. Links are followed. Throws {@linkcode UsageError}.
 */
export async function requireOutside(folder: string, paths: readonly string[]): Promise<void> {
  const inside = `${await placeOf(folder)}${sep}`;
  for (const path of paths) {
    if (!`${await placeOf(path)}${sep}`.startsWith(inside)) continue;
    throw new UsageError(
      `writing ${path}: it is or lies in ${folder}, whose files belong together; expected a place ` +
        "outside of it; choose another",
    );
  }
}

/** Where a path leads; of a file that is not there yet, in the folder where it will be. */
async function placeOf(path: string): Promise<string> {
  return await Deno.realPath(path).catch(async () => {
    const folder = await Deno.realPath(dirname(path)).catch(() => resolve(dirname(path)));
    return join(folder, basename(path));
  });
}
