/**
 * The folder that a demo is written into, marked as one so that the next may replace it.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../../pipeline/errors.ts";
import { makeDirectory, writeAtomic } from "../../pipeline/files/write.ts";

const MARKER = "DEMO.txt";
const NOTICE =
  "Written by deno task demo, which replaces this folder. All notes in it are made up.\n";

/**
 * Makes a demo's folder anew: an earlier demo's is removed.
 *
 * @throws {UsageError} where the folder holds anything else.
 * @throws {ResourceError} where it cannot be written.
 */
export async function replaceDemoFolder(folder: string): Promise<void> {
  try {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    if (names.length > 0 && !names.includes(MARKER)) {
      throw new UsageError(
        `starting the demo in ${folder}: the folder is there and is not an earlier demo's; ` +
          `expected a new one; choose another --out`,
      );
    }
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await makeDirectory(folder);
  await writeAtomic(join(folder, MARKER), NOTICE);
}
