/**
 * How much memory can be had: the system's, and what is left of every limit that a container or a
 * service manager has set. A process stands in a control group within others, and each may have one.
 *
 * @module
 */
import { join } from "node:path";
import { ResourceError } from "../errors.ts";
import { readProcFile } from "./proc.ts";

/** Reads a file of `/proc` or `/sys`; empty where there is none. */
type Reader = (path: string) => string;

/** The two kinds of control groups: how each names its memory's limits, its use and its cache. */
const KINDS = {
  cgroup2: {
    limits: ["memory.max", "memory.high"],
    used: "memory.current",
    reclaimable: "inactive_file",
  },
  cgroup: {
    limits: ["memory.limit_in_bytes"],
    used: "memory.usage_in_bytes",
    reclaimable: "total_inactive_file",
  },
} as const;

type Kind = keyof typeof KINDS;

/** Where a kind of control groups is mounted. */
interface Mount {
  /** The group that the folder shows: in a container, often its own. */
  readonly root: string;
  readonly folder: string;
}

/** Memory that can be had without swapping, in bytes. */
export function availableMemory(): number {
  const system = Deno.systemMemoryInfo().available;
  return Deno.build.os === "linux" ? Math.min(system, memoryLeftInGroups()) : system;
}

/** Less than this is not looked at, in bytes: to look costs more. */
const SMALL = 64e6;

/**
 * Refuses what would take more memory than can be had, before it is allocated: the system would move
 * other programs out of memory first, then end this one without a word.
 *
 * @param bytes what it takes.
 * @param attempt what is attempted: `building the model`.
 * @throws {ResourceError}
 */
export function requireFree(bytes: number, attempt: string, remedy: string): void {
  if (bytes < SMALL) return;
  const available = availableMemory();
  if (bytes <= available) return;
  throw new ResourceError(
    `${attempt}: it takes ${gigabytes(bytes)} of memory and ${
      gigabytes(available)
    } are free; ${remedy}`,
  );
}

/** A size as messages say it: `1.2 GB`. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/**
 * What is left of the tightest limit of this process's control groups, in bytes, its caches counted as
 * free; `Infinity` without a limit.
 */
export function memoryLeftInGroups(read: Reader = readProcFile): number {
  const groups = read("/proc/self/cgroup").split("\n").flatMap(parseGroup);
  const left = groups.flatMap(({ kind, path }) => {
    const mount = findMount(read("/proc/self/mountinfo"), kind);
    return foldersOf(path, mount).map((folder) => leftIn(folder, kind, read));
  });
  return Math.min(Infinity, ...left);
}

/** A line of `/proc/self/cgroup`, `4:memory:/path` or `0::/path`, if it is about memory. */
function parseGroup(line: string): { readonly kind: Kind; readonly path: string }[] {
  const [, id, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
  if (path === undefined) return [];
  if (id === "0" && controllers === "") return [{ kind: "cgroup2", path }];
  return controllers!.split(",").includes("memory") ? [{ kind: "cgroup", path }] : [];
}

/** Finds where a kind is mounted; where `mountinfo` does not say, it is the usual place. */
function findMount(mountinfo: string, kind: Kind): Mount {
  for (const line of mountinfo.split("\n")) {
    const [own, type] = line.split(" - ").map((part) => part.split(" "));
    if (type?.[0] !== kind) continue;
    if (kind === "cgroup" && !type[2]?.split(",").includes("memory")) continue;
    return { root: own![3]!, folder: own![4]! };
  }
  return { root: "/", folder: kind === "cgroup" ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup" };
}

/** Folders of a group and of those around it, as far as they are shown. */
function foldersOf(path: string, { root, folder }: Mount): string[] {
  const shown = root !== "/" && path.startsWith(root) ? path.slice(root.length) : path;
  const names = shown.split("/").filter((name) => name !== "" && name !== "..");
  return [...names, ""].map((_, count) => join(folder, ...names.slice(0, count)));
}

function leftIn(folder: string, kind: Kind, read: Reader): number {
  const { limits, used, reclaimable } = KINDS[kind];
  const number = (name: string) => Number.parseInt(read(join(folder, name)), 10); // NaN: "max", none
  const limit = Math.min(...limits.map(number).map((value) => value >= 0 ? value : Infinity));
  const inUse = number(used);
  if (limit === Infinity || Number.isNaN(inUse)) return Infinity;
  const cached = new RegExp(`^${reclaimable} (\\d+)$`, "m").exec(read(join(folder, "memory.stat")));
  return Math.max(0, limit - inUse + Number(cached?.[1] ?? 0));
}
