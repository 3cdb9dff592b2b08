/**
 * Starts a task's command with the permissions that its command line calls for, and without network;
 * one that serves a page listens, and connects to nobody, and ranks talk to each other by MPI alone.
 * `deno.json` names it in every task that needs none: `launch.ts prepare --mimic DIR …`. What such a
 * command needs of this machine is installed first, by processes of their own.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import { describeFailure } from "../cli/failure.ts";
import { say } from "../cli/print.ts";
import { giveWay } from "../cli/ranks.ts";
import { launchArray, submitsArray } from "./array.ts";
import { denyNetwork } from "./confine.ts";
import { execute, executeAsChild } from "./execute.ts";
import {
  LAUNCHED_TASKS,
  type LaunchedTask,
  needsEngine,
  runsRanks,
  runsWord2vec,
} from "./needs.ts";
import { scriptOf } from "./paths.ts";
import { permissionFlags, permissionsOf } from "./permissions.ts";

if (import.meta.main) {
  const [name, ...args] = Deno.args;
  try {
    await launch(name, args);
  } catch (error) {
    await giveWay();
    const { message, exitCode } = describeFailure(error);
    say(`error: ${message}`);
    Deno.exit(exitCode);
  }
}

/** Becomes the command, or ends with its exit code. */
async function launch(name: string | undefined, args: readonly string[]): Promise<void> {
  const task = LAUNCHED_TASKS.find((task) => task === name);
  if (!task) {
    throw new UsageError(`launching ${name}: expected one of ${LAUNCHED_TASKS.join(", ")}`);
  }
  if (submitsArray(task, args) && !asksForHelp(args)) Deno.exit(await launchArray(task, args));
  const program = asksForHelp(args) ? undefined : await makeReady(task, args);
  const permissions = permissionsOf(task, args, program);
  const flags = permissionFlags(permissions);
  const needsSockets = runsRanks(task, args); // MPI's own, by which ranks talk to each other
  const isFree = !needsSockets && !denyNetwork({ listens: permissions.net.length > 0 });
  if (isFree && Deno.build.os === "linux") {
    say(
      "warning: this kernel takes no filter of sockets; Deno's permissions hold, native code is free",
    );
  }
  const words = ["run", ...flags, scriptOf(task), ...args];
  execute(Deno.execPath(), words);
  Deno.exit(await executeAsChild(Deno.execPath(), words));
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/**
 * Installs what a task needs and is not there, and returns its word2vec program. What does that is
 * loaded here alone: a command that needs nothing starts without it.
 */
async function makeReady(
  task: LaunchedTask,
  args: readonly string[],
): Promise<string | undefined> {
  if (needsEngine(task, args)) {
    const { ensureEngine } = await import("./engine.ts");
    const exitCode = await ensureEngine(args);
    if (exitCode !== 0) Deno.exit(exitCode);
  }
  if (runsRanks(task, args)) {
    const { ensureMpi } = await import("./mpi.ts");
    await ensureMpi();
  }
  if (!runsWord2vec(task)) return undefined;
  const { findProgram } = await import("./word2vec.ts");
  return await findProgram();
}
