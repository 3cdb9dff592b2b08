/**
 * What each command may read, write, run and ask of the system. `deno.json` cannot know the paths of a
 * command line; here they are put together, and no command gets more.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { cacheDirectory } from "../../model/engine/install/cache_directory.ts";
import { auditHeadPath } from "../../pipeline/files/audit_log.ts";
import { factsPath } from "../../pipeline/files/resumable_lines.ts";
import { stagingPath } from "../../pipeline/files/staging.ts";
import { draftPath } from "../../pipeline/files/write.ts";
import { findLibc } from "../../pipeline/files/libc.ts";
import { MANIFEST_FILE } from "../../pipeline/schema.ts";
import { LOOPBACK, PORT } from "./loopback.ts";
import { QUEUE_VARIABLE } from "../slurm/queue.ts";
import { DEVICES_VARIABLE, RANK_VARIABLES } from "../cli/ranks.ts";
import { MPI_VARIABLE } from "../../model/parallel/mpi.ts";
import { absolute, namedPaths, optionValue, withLinks } from "./paths.ts";

/** Paths, programs and names that a process may use. */
export interface Permissions {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly run: readonly string[];
  /** Native libraries, or folders of them. */
  readonly ffi: readonly string[];
  /** Environment variables; all others read as if they were not set. */
  readonly env: readonly string[];
  /** Kinds of facts about the system. */
  readonly sys: readonly string[];
  /** Addresses to listen on: none but for a task that serves a page. */
  readonly net: readonly string[];
}

/** What a command needs beside what its command line names. */
interface Needs {
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

/** The tasks that are launched. */
export const LAUNCHED_TASKS = Object.keys(NEEDS) as LaunchedTask[];

/** What the launcher itself may do, as deno.json starts it. */
export const LAUNCHER_FLAGS = [
  "--allow-read",
  "--allow-env",
  "--allow-sys=cpus",
  "--allow-ffi=/lib,/lib64,/usr/lib",
  "--allow-run", // of itself; no name that a permission takes leads there from everywhere
] as const;

const root = join(import.meta.dirname!, "..", "..");
const CODE = ["deno.json", "fixtures", "model", "node_modules", "pipeline", "tasks"];

/** npx tells by the last two what it has started. */
const VARIABLES = [
  "MARN_WORD2VEC",
  QUEUE_VARIABLE,
  "NO_COLOR",
  "npm_lifecycle_event",
  "npm_lifecycle_script",
];
const ENGINE_VARIABLES = [
  "HOME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "XDG_CACHE_HOME",
  "MARN_TENSORFLOW",
  "MARN_LOADED_ADDON",
  "TF_CPP_MIN_LOG_LEVEL",
  "NVIDIA_TF32_OVERRIDE",
];
const MPI_VARIABLES = [MPI_VARIABLE, DEVICES_VARIABLE, ...RANK_VARIABLES];

function needsOf(task: LaunchedTask, args: readonly string[]): Needs {
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

/**
 * What `task` may do, started with `args` in the current folder.
 *
 * @param word2vec the program, where it runs one.
 */
export function permissionsOf(
  task: LaunchedTask,
  args: readonly string[],
  word2vec?: string,
): Permissions {
  const needs = needsOf(task, args);
  const out = outFolder(needs, args);
  const outs = out === undefined ? [] : withLinks(out).slice(0, 2); // no links in it
  const staging = needs.staged ? outs.map(stagingPath) : [];
  const named = [...namedPaths(args), ...needs.reads ?? []].map(absolute);
  const data = named.flatMap(withLinks).flatMap((path) => [path, ...besides(path)]);
  const files = [
    ...(needs.files ?? []).flatMap((option) => outFiles(args, option, auditHeadPath)),
    ...(needs.lines ?? []).flatMap((option) => outFiles(args, option, factsPath)),
  ];
  const written = [...outs, ...staging, ...files];
  const engine = needs.engine ? engineFolders() : [];
  return {
    read: [
      ...CODE.map((name) => join(root, name)),
      ...engine,
      ...data,
      ...written,
      ...[...staging, ...files].map(dirname), // where a new name is made durable
      ...written.flatMap(manifestsAbove),
      ...needs.prepares || needs.tables ? ["/usr/bin/ldd"] : [], // by which DuckDB's package tells C libraries apart
    ],
    write: written,
    run: word2vec === undefined ? [] : [word2vec],
    ffi: [
      ...libraries(),
      ...engine,
      ...needs.prepares || needs.tables ? packages("@duckdb+node-bindings-") : [],
    ],
    env: [
      ...VARIABLES,
      ...needs.engine ? ENGINE_VARIABLES : [],
      ...runsRanks(task, args) ? MPI_VARIABLES : [],
    ],
    sys: needs.engine ? ["cpus", "systemMemoryInfo"] : ["systemMemoryInfo"],
    net: addresses(needs, args),
  };
}

/** Permissions as flags of `deno run`, which then asks for no others. */
export function permissionFlags(permissions: Permissions): string[] {
  const flags = Object.entries(permissions).flatMap(
    ([kind, values]: [string, readonly string[]]) => {
      const isPath = kind === "read" || kind === "write" || kind === "ffi";
      const distinct = [...new Set(isPath ? values.map(withoutComma) : values)];
      return joined(distinct).map((list) => `--allow-${kind}=${list}`);
    },
  );
  return ["--no-prompt", "--ignore-env", ...flags];
}

/** Characters of one flag. Linux takes no argument of 128 KiB, and one that comes again adds to the first. */
const FLAG_LENGTH = 16_000;

/** Values as lists with commas, each of about {@linkcode FLAG_LENGTH} at most. */
function joined(values: readonly string[]): string[] {
  const lists: string[] = [];
  for (const value of values) {
    const last = lists.at(-1);
    if (last === undefined || last.length + value.length > FLAG_LENGTH) lists.push(value);
    else lists[lists.length - 1] = `${last},${value}`;
  }
  return lists;
}

/** A comma would part a path in two: its folder, or that one's, stands for it. */
function withoutComma(path: string): string {
  return path.includes(",") ? withoutComma(dirname(path)) : path;
}

/** Where a task listens; nowhere where the port is none, which the command itself says. */
function addresses({ listens }: Needs, args: readonly string[]): string[] {
  if (!listens) return [];
  const [option, fallback] = listens;
  const port = optionValue(args, option) ?? `${fallback}`;
  return /^\d{1,5}$/.test(port) && Number(port) < 2 ** 16 ? [`${LOOPBACK}:${Number(port)}`] : [];
}

/** The folder that a task writes, from the root on; undefined where its command line names none. */
export function outFolderOf(task: LaunchedTask, args: readonly string[]): string | undefined {
  return outFolder(NEEDS[task], args);
}

function outFolder({ out }: Needs, args: readonly string[]): string | undefined {
  const named = out && (optionValue(args, out[0]) ?? out[1]);
  return named === undefined ? undefined : absolute(named);
}

/** What is written where an option names a file: the file, its draft, and one beside it. */
function outFiles(
  args: readonly string[],
  option: string,
  besideOf: (path: string) => string,
): string[] {
  const named = optionValue(args, option);
  if (named === undefined) return [];
  const path = absolute(named);
  return [path, draftPath(path), besideOf(path)];
}

/** What is read beside a path: PhysioNet's digests, a log's head, and the dataset that a run was made on. */
function besides(path: string): string[] {
  const names = ["SHA256SUMS", "SHA256SUMS.txt"].map((name) => join(dirname(path), name));
  const sums = [...names, auditHeadPath(path)];
  try {
    const file = join(path, "config.json");
    if (!Deno.statSync(file).isFile) return sums; // a pipe would be waited for
    const record = JSON.parse(Deno.readTextFileSync(file));
    return [...sums, ...withLinks(absolute(String(record.dataset.directory)))];
  } catch {
    return sums; // no run
  }
}

/** What tells that a folder is in a dataset's, in which nothing else is written. */
function manifestsAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [join(above, MANIFEST_FILE), ...manifestsAbove(above)];
}

function engineFolders(): string[] {
  const named = Deno.env.get("MARN_TENSORFLOW");
  const folders = named ? withLinks(absolute(named)) : [];
  try {
    return [...withLinks(absolute(cacheDirectory())), ...folders];
  } catch {
    return folders; // no home; the command itself says so
  }
}

function libraries(): string[] {
  const libc = findLibc();
  return libc === undefined ? [] : [libc];
}

/** Folders of installed packages whose names begin so. */
function packages(start: string): string[] {
  const folder = join(root, "node_modules", ".deno");
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.startsWith(start)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
