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
import { LOOPBACK } from "./loopback.ts";
import { QUEUE_VARIABLE } from "../slurm/queue.ts";
import { DEVICES_VARIABLE, RANK_VARIABLES } from "../cli/ranks.ts";
import { MPI_VARIABLE } from "../../model/parallel/mpi.ts";
import { type LaunchedTask, type Needs, needsOf, outFolder, runsRanks } from "./needs.ts";
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
  const { outs, made } = writtenPaths(task, args);
  const written = [...outs, ...made];
  const engine = needs.engine ? engineFolders() : [];
  const usesDuckDb = needs.prepares || needs.tables;
  return {
    read: [
      ...CODE.map((name) => join(root, name)),
      ...engine,
      ...namedData(needs, args),
      ...written,
      ...made.map(dirname), // where a new name is made durable
      ...written.flatMap(manifestsAbove),
      ...usesDuckDb ? ["/usr/bin/ldd"] : [], // by which DuckDB's package tells C libraries apart
    ],
    write: written,
    run: word2vec === undefined ? [] : [word2vec],
    ffi: [
      ...libraries(),
      ...engine,
      ...usesDuckDb ? packages("@duckdb+node-bindings-") : [],
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

/** What a command line names, or the task where that names nothing: with links, and what lies beside. */
function namedData(needs: Needs, args: readonly string[]): string[] {
  const named = [...namedPaths(args), ...needs.reads ?? []].map(absolute);
  return named.flatMap(withLinks).flatMap((path) => [path, ...besides(path)]);
}

/** What a task writes: its folder under its names, and what appears beside another name. */
function writtenPaths(
  task: LaunchedTask,
  args: readonly string[],
): { readonly outs: readonly string[]; readonly made: readonly string[] } {
  const { staged, files = [], lines = [] } = needsOf(task, args);
  const out = outFolder(task, args);
  const outs = out === undefined ? [] : withLinks(out).slice(0, 2); // no links in it
  return {
    outs,
    made: [
      ...staged ? outs.map(stagingPath) : [],
      ...files.flatMap((option) => outFiles(args, option, auditHeadPath)),
      ...lines.flatMap((option) => outFiles(args, option, factsPath)),
    ],
  };
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
