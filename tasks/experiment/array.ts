/**
 * An experiment as an array job of SLURM, of the runs that are neither finished nor in the queue.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { openFolder } from "../../pipeline/files/restricted.ts";
import { removeName, writeAtomic } from "../../pipeline/files/write.ts";
import { counted, quoteArgument } from "../cli/format.ts";
import { insist, say } from "../cli/print.ts";
import { type SlurmMode, workArguments } from "../slurm/options.ts";
import { JOB_PREFIX, parseQueue, QUEUE_VARIABLE } from "../slurm/queue.ts";
import { arrayScript, scriptPath } from "../slurm/script.ts";
import type { PlanEntry } from "./plan_table.ts";
import type { PlannedExperiment } from "./planned.ts";
import { readStatus } from "./status.ts";

/** What a command line says of the job. */
export interface ArrayFlags {
  readonly slurm?: SlurmMode;
  /** Options of `sbatch`. */
  readonly sbatch?: readonly string[];
}

/** Where each run stands, and whether SLURM has a task for it, be it of an earlier plan's job. */
export async function readEntries({ out, runs }: PlannedExperiment): Promise<PlanEntry[]> {
  const queued = await queuedRuns(out, Deno.env.get(QUEUE_VARIABLE) ?? "");
  return await Promise.all(runs.map(async (run) => ({
    run,
    status: await readStatus(out, run),
    queued: queued.has(run.name),
  })));
}

/**
 * Leaves the script of a job for the runs that are to be tried, or none where there are none, and says
 * so.
 *
 * @param task the command that the job's tasks give.
 * @throws {ResourceError} where the script cannot be written.
 */
export async function writeArray(
  task: string,
  plan: PlannedExperiment,
  entries: readonly PlanEntry[],
  { slurm, sbatch = [] }: ArrayFlags,
): Promise<void> {
  const numbers = entries.flatMap(({ status, queued }, at) =>
    status.kind === "finished" || queued ? [] : [at + 1]
  );
  const waiting = entries.filter(({ queued }) => queued).length;
  say(
    `${counted(waiting, "run")} in SLURM's queue, ${
      counted(numbers.length, "run")
    } to be submitted`,
  );
  const script = scriptPath(plan.out, task);
  if (numbers.length === 0) return removeName(script);
  const { out, runs, dataset } = plan;
  const job = {
    name: jobName(task, plan),
    numbers,
    logs: resolve(dirname(script)),
    options: sbatch,
    args: ["task", task, ...workArguments(Deno.args), "--only"],
  };
  const host = { folder: Deno.cwd(), deno: Deno.execPath(), version: Deno.version.deno };
  using _modes = await openFolder(dirname(script), dataset.manifest.restricted);
  await writeAtomic(listPath(out, job.name), runs.map(({ name }) => `${name}\n`).join(""));
  await writeAtomic(script, arrayScript(job, host));
  const isSubmitted = slurm === "submit" && Deno.env.has(QUEUE_VARIABLE);
  if (!isSubmitted) insist(`submit the job with: sbatch ${quoteArgument(script)}`);
}

/** The same for the same plan in the same folder. */
function jobName(task: string, { out, runs }: PlannedExperiment): string {
  const identity = JSON.stringify([resolve(out), runs.map(({ name }) => name)]);
  return `${JOB_PREFIX}${task}-${sha256(identity).slice(0, 12)}`;
}

/** Where the runs of a job's plan are listed, by which a task's number is told later. */
function listPath(out: string, job: string): string {
  return join(out, "slurm", `${job}.txt`);
}

/** Names of the runs in this folder for which SLURM has a task. */
async function queuedRuns(out: string, variable: string): Promise<Set<string>> {
  const queued = new Set<string>();
  for (const [job, numbers] of parseQueue(variable)) {
    const path = listPath(out, job);
    if (!await exists(path)) continue; // of another folder
    const text = await readText(path, (found) => new UsageError(`reading ${path}: ${found}`));
    const names = text.split("\n");
    numbers.forEach((number) => queued.add(names[number - 1] ?? ""));
  }
  return queued;
}
