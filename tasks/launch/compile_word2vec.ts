/**
 * Compiles word2vec to a path in the user's cache: `compile_word2vec.ts PATH`.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { withCacheLock, withPartial } from "../../model/engine/install/cache.ts";
import { DIMENSIONS } from "../../pipeline/prepare/options.ts";
import { findWord2vec } from "../../pipeline/word2vec/program.ts";

/** Puts the program there, whole or not at all. Throws {@linkcode ResourceError} where there is none. */
export async function compileWord2vec(path: string): Promise<void> {
  const cache = dirname(path);
  await withCacheLock(cache, () => {}, () =>
    withPartial(cache, async (directory) => {
      const program = join(directory, "program");
      // The package's own program stays where it is: it is copied.
      await Deno.copyFile(await findWord2vec(directory, DIMENSIONS), program);
      await Deno.rename(program, path);
    }));
}

if (import.meta.main) await compileWord2vec(Deno.args[0]!);
