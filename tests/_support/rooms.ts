/**
 * The plan of the house as data: which file imports which, and what in that breaks the rule that a
 * room imports downwards only.
 *
 * @module
 */
import { dirname, join, normalize } from "node:path";

/** Source text by path from the project's root. */
export type Sources = ReadonlyMap<string, string>;

/** One file that names another, with the name as it stands there. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/**
 * How a file names another: `from "…"`, `import "…"`, `import("…")`, and the URL of a worker, of a
 * script or of a folder that is read.
 */
const NAMES = [
  /\bfrom\s+"(\.[^"]*)"/g,
  /\bimport\s*\(?\s*"(\.[^"]*)"/g,
  /\bnew\s+URL\(\s*"([^":]*)",\s*import\.meta\.url/g,
  /\bimport\.meta\.resolve\(\s*"(\.[^"]*)"/g,
];

/** Reads the sources below some folders of the project. */
export async function readSources(root: string, folders: readonly string[]): Promise<Sources> {
  const sources = new Map<string, string>();
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory) await visit(path);
      else if (name.endsWith(".ts")) sources.set(path, await Deno.readTextFile(join(root, path)));
    }
  };
  for (const folder of folders) await visit(folder);
  return new Map([...sources].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Every import among the sources, of values, of types, dynamic and by workers alike. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const code = text.replace(/\/\*.*?\*\//gs, ""); // examples in documentation import too
    const names = NAMES.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name!));
    return names.map((name) => ({ from, to: normalize(join(dirname(from), name)) }));
  });
}

/** The room that a path stands in: the longest that is the path itself or a folder above it. */
export function roomOf(path: string, rooms: Iterable<string>): string | undefined {
  return [...rooms]
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Imports that stay in their room or go to a lower floor are right; these are the others. */
export function breachesOf(sources: Sources, floors: readonly (readonly string[])[]): string[] {
  const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));
  const breaches = [...sources.keys()].filter((path) => !roomOf(path, floorOf.keys()))
    .map((path) => `${path} stands in no room`);
  for (const { from, to } of importsOf(sources)) {
    const here = roomOf(from, floorOf.keys());
    const there = roomOf(to, floorOf.keys());
    if (here === undefined || here === there) continue;
    const below = there !== undefined && floorOf.get(there)! < floorOf.get(here)!;
    if (!below) breaches.push(`${from} imports ${to}`);
  }
  return breaches;
}

/** Circles of imports, each as its files from the first in the alphabet on. */
export function circlesOf(sources: Sources): string[] {
  const edges = Map.groupBy(importsOf(sources), ({ from }) => from);
  const circles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    if (at >= 0) {
      const files = above.slice(at);
      const first = files.indexOf(files.toSorted()[0]!);
      circles.add([...files.slice(first), ...files.slice(0, first)].join(" → "));
    } else if (!done.has(path)) {
      for (const { to } of edges.get(path) ?? []) visit(to, [...above, path]);
      done.add(path);
    }
  };
  for (const path of sources.keys()) visit(path, []);
  return [...circles];
}

/** Files that pass on what another defines. */
export function reexportsOf(sources: Sources): string[] {
  const pattern = /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})(?:\s+as\s+\w+)?\s+from\b/m;
  return [...sources].filter(([, text]) => pattern.test(text)).map(([path]) => path);
}

/** Names that more than one file exports, with the files. */
export function homonymsOf(sources: Sources): string[] {
  const pattern =
    /^export\s+(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type)\s+(\w+)/gm;
  const places = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    for (const [, name] of text.matchAll(pattern)) {
      places.set(name!, (places.get(name!) ?? new Set()).add(path));
    }
  }
  return [...places].filter(([, files]) => files.size > 1)
    .map(([name, files]) => `${name}: ${[...files].join(", ")}`);
}
