/** Tests over MPI: they show as ignored, by name, where there is none. */
import { succeeds } from "./processes.ts";

const present = await succeeds("mpirun", ["--version"]) && await succeeds("mpicc", ["--version"]);

/** Starts a program on ranks, more of them than processors if need be. */
export function mpirun(ranks: number): readonly string[] {
  const asRoot = Deno.uid() === 0 ? ["--allow-run-as-root"] : [];
  return ["mpirun", ...asRoot, "--oversubscribe", "-n", String(ranks)];
}

/** Registers a test that needs MPI. */
export function onMpi(name: string, fn: (context: Deno.TestContext) => void | Promise<void>): void {
  Deno.test({ name: `${name} [mpi]`, ignore: !present, fn });
}
