/**
 * What SLURM's queue has of our array jobs. The launcher asks for it, since a command that reads data has
 * no network, and hands it down in a variable of the environment.
 *
 * @module
 */

/** `NAME:1,2,5 NAME:3`: the tasks that wait or run, by their job's name. */
export const QUEUE_VARIABLE = "MARN_SLURM_QUEUE";

/** What all our jobs' names begin with. */
export const JOB_PREFIX = "marn-";

/** Numbers of tasks that wait or run, by their job's name. */
export type Queue = ReadonlyMap<string, readonly number[]>;

/**
 * Our jobs among those that SLURM lists.
 *
 * @param lines of `squeue --array --format="%j %K"`: a job's name and a task's number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const queue = readQueueLines("marn-a 1\nother 7\nmarn-a 2\nmarn-b N/A\n");
 * assert.deepEqual([...queue], [["marn-a", [1, 2]]]);
 * ```
 */
export function readQueueLines(lines: string): Queue {
  const queue = new Map<string, number[]>();
  for (const line of lines.split("\n")) {
    const [, name, number] = /^(\S+) (\d+)\s*$/.exec(line) ?? [];
    if (!name?.startsWith(JOB_PREFIX)) continue;
    queue.set(name, [...queue.get(name) ?? [], Number(number)]);
  }
  return queue;
}

/** A queue as the variable has it. */
export function formatQueue(queue: Queue): string {
  return [...queue].map(([name, numbers]) => `${name}:${numbers}`).join(" ");
}

/** The queue that a variable's value holds. */
export function parseQueue(variable: string): Queue {
  const entries = variable.split(" ").filter((entry) => entry !== "");
  return new Map(entries.map((entry) => {
    const [name, numbers = ""] = entry.split(":");
    return [name!, numbers.split(",").map(Number)];
  }));
}
