/**
 * What each launched task needs of this machine: one line a task.
 *
 * @module
 */
import { PORT } from "./loopback.ts";
import { absolute, optionValue } from "./paths.ts";

/** What a command needs beside what its command line names. */
export interface Needs {
  /** The option that names the folder it writes, and that folder without the option. */
  readonly out?: readonly [option: string, fallback?: string] | undefined;
  /** Whether that folder appears whole or not at all, made beside its place. */
  readonly staged?: true | undefined;
  /** Options that name files it writes. */
  readonly files?: readonly string[] | undefined;
  /** Options that name files of lines, which one process after another goes on with. */
  readonly lines?: readonly string[] | undefined;
  /** Whether it reads or writes tables with DuckDB. */
  readonly tables?: true | undefined;
  /** Whether it computes with tensors. */
  readonly engine?: true | undefined;
  /** Whether it makes a dataset, with DuckDB and word2vec. */
  readonly prepares?: true | undefined;
  /** Whether its work can be an array job of SLURM. */
  readonly array?: true | undefined;
  /** Whether several of it can work together, as MPI's ranks. */
  readonly ranks?: true | undefined;
  /** What it reads where the command line names nothing. */
  readonly reads?: readonly string[] | undefined;
  /** An option with which it needs nothing beside what the command line names. */
  readonly unless?: string | undefined;
  /** The option that names the port of this machine on which it listens, and that without the option. */
  readonly listens?: readonly [option: string, fallback: number] | undefined;
}

/**
 * The tasks that are launched. To add one: a line here for `tasks/<task>.ts`, with what it needs, and in
 * deno.json the command of any other with its own name at the end. What the command line names is read
 * without a word here; what is written is the folder of the option that `out` names. A task that needs the
 * network, or programs of the machine, is not launched: it stands in deno.json with its own permissions.
 */
const NEEDS = {
  audit: { out: ["--out", "audit"], engine: true, tables: true, unless: "--verify" },
  analyze: { out: ["--out", "figures"], engine: true },
  compare: { out: ["--out", "compare"], engine: true, array: true, reads: ["data/top50"] },
  completion: { tables: true }, // it loads every command, and starts none
  demo: { out: ["--out", "demo"], engine: true, prepares: true },
  describe: { engine: true, reads: ["data/top50"] },
  evaluate: { out: ["--run"], engine: true, tables: true },
  export: { out: ["--out"], staged: true, tables: true },
  fixture: { out: ["--out"], staged: true },
  monitor: { engine: true, tables: true },
  predict: {
    files: ["--audit-log", "--html", "--parquet"],
    lines: ["--out"],
    engine: true,
    tables: true,
  },
  prepare: { out: ["--out", "data"], staged: true, prepares: true },
  reproduce: { out: ["--out", "reproduce"], engine: true, prepares: true, array: true },
  runs: { reads: ["runs"] },
  serve: {
    files: ["--audit-log", "--decisions"],
    engine: true,
    reads: ["runs"],
    listens: ["--port", PORT],
  },
  sweep: { out: ["--out", "sweep"], engine: true, array: true, reads: ["data/top50"] },
  train: { out: ["--out", "runs"], engine: true, ranks: true, reads: ["data/top50"] },
} as const satisfies { readonly [task: string]: Needs };

/** A task that is launched, and needs no network. */
export type LaunchedTask = keyof typeof NEEDS;

/** The tasks that are launched, by name. */
export const LAUNCHED_TASKS = Object.keys(NEEDS) as LaunchedTask[];

/** What a task, started with `args`, needs. */
export function needsOf(task: LaunchedTask, args: readonly string[]): Needs {
  const needs: Needs = NEEDS[task];
  const isIdle = needs.unless !== undefined && optionValue(args, needs.unless) !== undefined;
  return isIdle ? {} : needs;
}

/** Whether a task, started with `args`, computes with tensors. */
export function needsEngine(task: LaunchedTask, args: readonly string[]): boolean {
  return needsOf(task, args).engine ?? false;
}

/** Whether a task's work can be an array job of SLURM. */
export function canBeArray(task: LaunchedTask): boolean {
  const needs: Needs = NEEDS[task];
  return needs.array ?? false;
}

/** Whether a command line asks for ranks that MPI connects. */
export function runsRanks(task: LaunchedTask, args: readonly string[]): boolean {
  const needs: Needs = NEEDS[task];
  return needs.ranks === true && optionValue(args, "--launcher") === "mpi";
}

/** Whether a task runs word2vec. */
export function runsWord2vec(task: LaunchedTask): boolean {
  const needs: Needs = NEEDS[task];
  return needs.prepares ?? false;
}

/** The folder that a task writes, from the root on; undefined where its command line names none. */
export function outFolder(task: LaunchedTask, args: readonly string[]): string | undefined {
  const { out } = needsOf(task, args);
  const named = out && (optionValue(args, out[0]) ?? out[1]);
  return named === undefined ? undefined : absolute(named);
}
