/**
 * Which version of this program this is.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { compareCodeUnits } from "../order.ts";

/** The folder around those of models, pipeline and tasks. */
const ROOT = join(import.meta.dirname!, "..", "..");

/** SHA-256 of the names and contents of all sources in some folders of this program: `pipeline`. */
export async function sourcesDigest(folders: readonly string[], root = ROOT): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) await addFolder(hash, join(root, folder));
  return hash.digest("hex");
}

async function addFolder(hash: ReturnType<typeof createHash>, folder: string): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  for (const { name, isDirectory } of entries.sort((a, b) => compareCodeUnits(a.name, b.name))) {
    const path = join(folder, name);
    if (isDirectory) await addFolder(hash, path);
    else hash.update(`${name}\n`).update(await Deno.readFile(path));
  }
}
