/**
 * Installs an engine: fetches TensorFlow, unpacks it into the user cache, compiles the addon. Every step
 * that is done already is skipped; every step appears whole or not at all.
 *
 * @module
 */
import { join } from "node:path";
import { syncDirectory, writeFailure } from "../../pipeline/atomic.ts";
import { ResourceError } from "../../pipeline/errors.ts";
import {
  type Artifact,
  artifactFor,
  type InstalledEngine,
  TENSORFLOW_VERSION,
} from "./artifacts.ts";
import {
  cacheDirectory,
  installDirectory,
  isWhole,
  type Receipt,
  withCacheLock,
  writeReceipt,
} from "./cache.ts";
import { addonPath, compileAddon } from "./compile.ts";
import { obtainWheel } from "./download.ts";
import { findLibrary, isFile } from "./library.ts";
import { showBytes } from "./progress.ts";
import { unpackedSize, unpackWheel } from "./wheel.ts";

/** How {@linkcode installEngine} works. */
export interface InstallOptions {
  /** The cache to install into; the user's by default. */
  readonly cache?: string;
  /** Receives a line for each step; stderr by default. */
  readonly log?: (line: string) => void;
}

/** Path of the addon that runs `engine`; undefined when it is not installed for this machine. */
export async function findAddon(
  engine: InstalledEngine,
  cache: string = cacheDirectory(),
): Promise<string | undefined> {
  const library = await findLibrary(engine, cache);
  if (!library) return undefined;
  const addon = await addonPath(library, cache);
  return await isFile(addon) ? addon : undefined;
}

/**
 * Installs what `engine` lacks and returns the path of its addon. Throws {@linkcode ResourceError} when a
 * part cannot be had.
 */
export async function installEngine(
  engine: InstalledEngine,
  options: InstallOptions = {},
): Promise<string> {
  const { cache = cacheDirectory(), log = (line) => console.error(line) } = options;
  const waiting = () => log("setup: another process is installing; waiting for it");
  return await withCacheLock(cache, waiting, async () => {
    await removePartial(cache);
    if (!await findLibrary(engine, cache)) await installLibrary(artifactFor(engine)!, cache, log);
    return await buildAddon(engine, cache, log);
  });
}

/** Compiles the addon for a TensorFlow that is there already, unless that is done. */
export async function installAddon(
  engine: InstalledEngine,
  options: InstallOptions = {},
): Promise<string> {
  const { cache = cacheDirectory(), log = (line) => console.error(line) } = options;
  return await withCacheLock(cache, () => {}, () => buildAddon(engine, cache, log));
}

async function buildAddon(
  engine: InstalledEngine,
  cache: string,
  log: (line: string) => void,
): Promise<string> {
  const library = await findLibrary(engine, cache);
  if (!library) throw new ResourceError(`installing ${engine}: TensorFlow vanished; run it again`);
  const addon = await addonPath(library, cache);
  if (await isFile(addon)) return addon;
  log("setup: compiling TensorFlow's addon for this processor (under a minute)");
  await compileAddon(library, addon);
  return addon;
}

async function installLibrary(
  artifact: Artifact,
  cache: string,
  log: (line: string) => void,
): Promise<void> {
  const temporary = await Deno.makeTempDir({ dir: cache, prefix: ".partial-" });
  const files: Receipt["files"] = [];
  const wheels: Receipt["wheels"] = {};
  for (const wheel of artifact.wheels) {
    const { path, from } = await obtainWheel(wheel, temporary, log);
    log(`setup: unpacking ${wheel.file} (${from})`);
    using bar = showBytes("unpacking", await unpackedSize(path));
    try {
      files.push(...await unpackWheel(path, temporary, bar.advance));
    } catch (error) {
      throw writeFailure(temporary, bar.total, error);
    }
    wheels[wheel.file] = wheel.sha256;
    if (path.startsWith(temporary)) await Deno.remove(path);
  }
  const libraries = artifact.libraries.map((name) => `tensorflow/${name}`);
  if (!libraries.every((path) => files.some((file) => file.path === path))) {
    throw new ResourceError(
      `installing ${artifact.engine}: the wheel for ${artifact.platform} lacks ` +
        `${libraries.join(" or ")}; use --engine wasm`,
    );
  }
  await writeReceipt(temporary, { format: 1, version: TENSORFLOW_VERSION, wheels, files });
  const directory = installDirectory(artifact, cache);
  await Deno.remove(directory, { recursive: true }).catch(() => {});
  await Deno.rename(temporary, directory);
  await syncDirectory(cache);
  if (!await isWhole(artifact, directory)) {
    throw new ResourceError(
      `installing ${artifact.engine}: ${directory} is not whole; run it again`,
    );
  }
}

/** Removes what interrupted installs left. Only the holder of the lock calls it. */
async function removePartial(cache: string): Promise<void> {
  for await (const { name } of Deno.readDir(cache)) {
    if (name.startsWith(".partial-")) await Deno.remove(join(cache, name), { recursive: true });
  }
}
