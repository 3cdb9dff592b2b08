/**
 * The word2vec program of this machine, in the user's cache: compiled before the command that runs it,
 * which is not allowed to write programs.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory } from "../../model/engine/install/cache_directory.ts";
import { processorFeatures } from "../../model/engine/install/processor.ts";
import { ReportedError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { exists } from "../../pipeline/files/read.ts";
import { DIMENSIONS } from "../../pipeline/prepare/options.ts";
import { PROGRAM_VARIABLE, programName } from "../../pipeline/word2vec/program.ts";
import { runCompiling } from "./execute.ts";

/** Where the program lies, or would; a shared home has one for each kind of processor. */
export async function word2vecPath(): Promise<string> {
  const processor = sha256(processorFeatures()).slice(0, 8);
  return join(cacheDirectory(), `${await programName(DIMENSIONS)}-${processor}`);
}

/** The program, which the command finds by its environment; undefined where there is none. */
export async function findProgram(): Promise<string | undefined> {
  try {
    const path = await word2vecPath();
    if (!await ensureWord2vec(path)) return undefined;
    Deno.env.set(PROGRAM_VARIABLE, path);
    return path;
  } catch (error) {
    if (error instanceof ReportedError) return undefined; // without a home; the command says so
    throw error;
  }
}

/** Compiles the program in a process of its own, unless that is done; whether it is there then. */
export async function ensureWord2vec(path: string): Promise<boolean> {
  if (await exists(path)) return true;
  const script = new URL("./compile_word2vec.ts", import.meta.url);
  await runCompiling(script, [path]).catch(() => {}); // as if it had failed
  return await exists(path);
}
