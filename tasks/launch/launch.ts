/**
 * Starts a task's command with the permissions that its command line calls for, and without network.
 * `deno.json` names it in every task that needs none: `launch.ts prepare --mimic DIR …`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ReportedError } from "../../pipeline/errors.ts";
import { say } from "../cli/print.ts";
import { denyNetwork } from "./confine.ts";
import { execute, executeAsChild } from "./execute.ts";
import { LAUNCHED_TASKS, permissionFlags, permissionsOf, runsWord2vec } from "./permissions.ts";
import { ensureWord2vec, word2vecPath } from "./word2vec.ts";

if (import.meta.main) {
  const [name, ...args] = Deno.args;
  const task = LAUNCHED_TASKS.find((task) => task === name);
  if (!task) throw new Error(`launching ${name}: expected one of ${LAUNCHED_TASKS.join(", ")}`);
  const script = fileURLToPath(new URL(`../${task}.ts`, import.meta.url));
  const asksForHelp = args.includes("--help") || args.includes("-h");
  const program = runsWord2vec(task) && !asksForHelp ? await findProgram() : undefined;
  const flags = permissionFlags(permissionsOf(task, args, program));
  if (!denyNetwork() && Deno.build.os === "linux") {
    say(
      "warning: this kernel takes no filter of sockets; Deno's permissions hold, native code is free",
    );
  }
  const words = ["run", ...flags, script, ...args];
  execute(Deno.execPath(), words);
  Deno.exit(await executeAsChild("deno", words));
}

/** The word2vec program, which the command finds by its environment; undefined where there is none. */
async function findProgram(): Promise<string | undefined> {
  try {
    const path = await word2vecPath();
    if (!await ensureWord2vec(path)) return undefined;
    Deno.env.set("MARN_WORD2VEC", path);
    return path;
  } catch (error) {
    if (error instanceof ReportedError) return undefined; // without a home; the command says so
    throw error;
  }
}
