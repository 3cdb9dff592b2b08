/**
 * Training steps on ranks of this machine.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ensureMpiLibrary } from "../../model/parallel/compile.ts";
import { mpirun } from "../_support/mpi.ts";
import type { StepsRequest, StepsResult } from "./rank_step.ts";

const program = fileURLToPath(import.meta.resolve("./rank_step.ts"));

/** Takes steps on one rank that may use all cores, or on several with a core each. */
export async function takeSteps(size: number, request: StepsRequest): Promise<StepsResult> {
  const [command, ...args] = mpirun(size);
  const words = [Deno.execPath(), "run", "--allow-all", "--no-check", program];
  const { success, stdout, stderr } = await new Deno.Command(command!, {
    args: [
      ...args,
      "--bind-to",
      size === 1 ? "none" : "core",
      ...words,
      await ensureMpiLibrary(),
      JSON.stringify(request),
    ],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
