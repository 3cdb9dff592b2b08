/**
 * Compiles what training over MPI needs, to its place in the user's cache.
 *
 * @module
 */
import { ensureMpiLibrary } from "../../model/parallel/compile.ts";
import { describeFailure } from "../cli/failure.ts";
import { insist } from "../cli/print.ts";

if (import.meta.main) {
  try {
    await ensureMpiLibrary();
  } catch (error) {
    const { message, exitCode } = describeFailure(error);
    insist(`error: ${message}`);
    Deno.exit(exitCode);
  }
}
