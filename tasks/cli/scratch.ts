/**
 * Room for reading tables beside a model.
 *
 * @module
 */
import { makeDirectory, removeTree } from "../../pipeline/files/write.ts";
import { databaseMemory } from "../../pipeline/prepare/options.ts";
import type { SourceLimits } from "../../pipeline/source/source.ts";

/**
 * Makes a folder for what does not fit into memory, in place of one that a killed process has left; it
 * goes when the limits are disposed of. Throws `ResourceError`.
 */
export async function openScratch(folder: string): Promise<SourceLimits & AsyncDisposable> {
  await removeTree(folder);
  await makeDirectory(folder);
  return {
    temporary: folder,
    threads: navigator.hardwareConcurrency,
    memory: databaseMemory(),
    [Symbol.asyncDispose]: () => removeTree(folder),
  };
}
