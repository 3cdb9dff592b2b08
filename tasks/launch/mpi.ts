/**
 * What training over MPI needs of this machine, in the user's cache: compiled before the command that
 * loads it, which is not allowed to write programs.
 *
 * @module
 */
import { mpiLibraryPath } from "../../model/parallel/compile.ts";
import { MPI_VARIABLE } from "../../model/parallel/mpi.ts";
import { ResourceError } from "../../pipeline/errors.ts";
import { exists } from "../../pipeline/files/read.ts";
import { runCompiling } from "./execute.ts";

/**
 * Compiles the library in a process of its own, unless that is done; the command finds it by its
 * environment. Throws {@linkcode ResourceError} where there is no MPI.
 */
export async function ensureMpi(): Promise<void> {
  const path = await mpiLibraryPath();
  if (!await exists(path)) {
    const script = new URL("./compile_mpi.ts", import.meta.url);
    const { success, stderr } = await runCompiling(script);
    const said = new TextDecoder().decode(stderr).trim().replace(/^error: /, "");
    if (!success) throw new ResourceError(said);
  }
  Deno.env.set(MPI_VARIABLE, path);
}
