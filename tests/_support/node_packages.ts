/**
 * Packages of npm that are too large to be this project's own: `MARN_NODE_MODULES` names a folder
 * `node_modules` that has them. Tests that need some, and Node, are skipped without, and say so.
 */
import { join } from "node:path";
import { exists } from "../../pipeline/files/read.ts";
import { succeeds } from "./processes.ts";

/** The folder; undefined where the variable is not set. */
export const nodeModules = Deno.env.get("MARN_NODE_MODULES");

/** Whether Node is there and the folder has these packages; where not, what is skipped is said. */
export async function nodeHas(what: string, packages: readonly string[]): Promise<boolean> {
  const found = nodeModules === undefined
    ? []
    : await Promise.all(packages.map((name) => exists(join(nodeModules, name))));
  if (found.length > 0 && found.every(Boolean) && await succeeds("node", ["--version"])) {
    return true;
  }
  console.log(`skipped: ${what} (MARN_NODE_MODULES names no folder with ${packages.join(", ")})`);
  return false;
}
