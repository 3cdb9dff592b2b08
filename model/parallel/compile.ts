/**
 * Compiles `native/mpi.c` with this machine's MPI.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ResourceError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { exists } from "../../pipeline/files/read.ts";
import { withCacheLock, withPartial } from "../engine/install/cache.ts";
import { cacheDirectory } from "../engine/install/cache_directory.ts";
import { complaintOf } from "../engine/install/compile.ts";

const SOURCE = fileURLToPath(new URL("./native/mpi.c", import.meta.url));
const FLAGS = ["-O2", "-std=gnu11", "-shared", "-fPIC", "-pthread"];

/** The program that names the compiler of MPI. */
export const MPI_COMPILER_VARIABLE = "MPICC";

/**
 * Where the library lies, or would. The name carries what the machine code depends on: source, flags, and
 * the MPI that the compiler takes. So one MPI's is never loaded with another's.
 *
 * @throws {ResourceError} where there is no compiler of MPI.
 */
export async function mpiLibraryPath(cache: string = cacheDirectory()): Promise<string> {
  const how = await runCompiler(["-show"]);
  const source = await Deno.readTextFile(SOURCE);
  const key = sha256(JSON.stringify([Deno.build.arch, FLAGS, how, source]));
  return join(cache, `mpi-${key.slice(0, 24)}.so`);
}

/**
 * Compiles the library, unless that is done, and returns its path. It appears whole or not at all.
 *
 * @throws {ResourceError} where there is no compiler of MPI, or it fails.
 */
export async function ensureMpiLibrary(cache: string = cacheDirectory()): Promise<string> {
  const path = await mpiLibraryPath(cache);
  if (await exists(path)) return path;
  await withCacheLock(cache, () => {}, async () => {
    if (await exists(path)) return; // another process's work was waited for
    await withPartial(cache, async (directory) => {
      const library = join(directory, "mpi.so");
      await runCompiler([...FLAGS, SOURCE, "-o", library]);
      await Deno.rename(library, path);
    });
  });
  return path;
}

/** Runs the compiler of MPI and returns what it prints. Throws {@linkcode ResourceError}. */
async function runCompiler(args: readonly string[]): Promise<string> {
  const compiler = Deno.env.get(MPI_COMPILER_VARIABLE) || "mpicc";
  const fail = (reason: string) =>
    new ResourceError(
      `compiling for MPI with ${compiler}: ${reason}; expected Open MPI's mpicc and its headers ` +
        "(Debian, Ubuntu: apt install libopenmpi-dev openmpi-bin; on clusters: module load openmpi), " +
        `or another one in ${MPI_COMPILER_VARIABLE}`,
    );
  const { success, stdout, stderr } = await output(compiler, args).catch(() => {
    throw fail("it does not run");
  });
  if (success) return new TextDecoder().decode(stdout);
  throw fail(complaintOf(stderr));
}

/** What a program prints; rejects where there is none. */
async function output(program: string, args: readonly string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command(program, { args: [...args] }).output();
}
