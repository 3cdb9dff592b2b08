/**
 * Installs an engine: fetches TensorFlow, unpacks it into the user cache, compiles the addon. Every
 * step that is done already is skipped; every step appears whole or not at all.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { ReportedError, ResourceError } from "../../../pipeline/errors.ts";
import { isFile } from "../../../pipeline/files/read.ts";
import { syncDirectory, writeFailure } from "../../../pipeline/files/write.ts";
import { type Progress, silent } from "../../../pipeline/progress.ts";
import {
  installDirectory,
  isWhole,
  readReceipt,
  type Receipt,
  withCacheLock,
  withPartial,
  writeReceipt,
} from "./cache.ts";
import { cacheDirectory } from "./cache_directory.ts";
import { addonPath, compileAddon, findCompiler, type Library } from "./compile.ts";
import { obtainWheel } from "./download.ts";
import { expectArtifact, findLibrary, findNamedLibrary } from "./library.ts";
import { type Unpacked, unpackedSize, unpackWheel } from "./wheel.ts";
import { hashFile } from "../../../pipeline/files/checksum.ts";
import { type Artifact, type InstalledEngine, TENSORFLOW_VERSION } from "./wheels.ts";

/** The two libraries that an engine consists of. */
export interface InstalledAddon {
  /** Path of the addon that was compiled here. */
  readonly addon: string;
  /** Path of libtensorflow_framework, which the addon is linked to. */
  readonly framework: string;
}

/** How {@linkcode installEngine} works. */
export interface InstallOptions {
  /** The cache to install into; the user's by default. */
  readonly cache?: string | undefined;
  /** Hears of each step in a line, and how far the long ones are; by default nobody does. */
  readonly progress?: Progress | undefined;
  /** Whether to compile the addon even if it is there. */
  readonly rebuild?: boolean | undefined;
}

/** The addon that runs `engine`; undefined when it is not installed for this machine. */
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
  const { cache = cacheDirectory(), progress = silent } = options;
  const artifact = expectArtifact(engine);
  await findCompiler(); // before a long download that would be of no use without one
  const onWait = () => progress.warn("setup: another process is installing; waiting for it");
  return await withCacheLock(cache, onWait, async () => {
    if (!await findNamedLibrary(artifact)) await installLibrary(artifact, cache, progress);
    return await buildAddon(engine, cache, options);
  });
}

/** Compiles the addon for a TensorFlow that is there already, unless that is done. */
export async function installAddon(
  engine: InstalledEngine,
  options: InstallOptions = {},
): Promise<InstalledAddon> {
  const { cache = cacheDirectory() } = options;
  return await withCacheLock(cache, () => {}, () => buildAddon(engine, cache, options));
}

/**
 * The first file of an install whose SHA-256 is not the one in the receipt. A folder of the user's
 * own has no receipt, and no damage that could be known.
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
  { rebuild = false, progress = silent }: InstallOptions,
): Promise<InstalledAddon> {
  const library = await findLibrary(engine, cache);
  if (!library) throw new ResourceError(`installing ${engine}: TensorFlow vanished; run it again`);
  const present = await addonPath(library, cache);
  if (!rebuild && await isFile(present)) return installedAddon(library, present);
  progress.warn("setup: compiling this project's kernels for this processor (about a minute)");
  return installedAddon(library, await compileAddon(library, cache));
}

function installedAddon({ directory, libraries }: Library, addon: string): InstalledAddon {
  return { addon, framework: join(directory, "tensorflow", libraries[1]) };
}

/**
 * Fetches and unpacks `artifact` unless it is there, every byte of it. The caller holds the cache's
 * lock. Throws {@linkcode ResourceError} or {@linkcode IntegrityError}.
 */
export async function installLibrary(
  artifact: Artifact,
  cache: string,
  progress: Progress = silent,
): Promise<void> {
  const directory = installDirectory(artifact, cache);
  if (await isWhole(artifact, directory)) {
    const damaged = await findDamage(directory);
    if (!damaged) return;
    progress.warn(`setup: ${damaged} is not what was installed; installing it again`);
  }
  await withPartial(cache, async (temporary) => {
    const { files, wheels } = await unpackArtifact(artifact, temporary, progress);
    await writeReceipt(temporary, { format: 1, version: TENSORFLOW_VERSION, wheels, files });
    await Deno.remove(directory, { recursive: true }).catch(() => {}); // mostly it is not there
    await Deno.rename(temporary, directory);
  });
  await syncDirectory(cache);
}

/** Fetches and unpacks each wheel in turn, so that no more than one lies beside what it holds. */
async function unpackArtifact(
  artifact: Artifact,
  directory: string,
  progress: Progress,
): Promise<Pick<Receipt, "files" | "wheels">> {
  const files: Unpacked[] = [];
  const wheels: Record<string, string> = {};
  for (const wheel of artifact.wheels) {
    const { path, from } = await obtainWheel(wheel, directory, progress);
    progress.warn(`setup: unpacking ${wheel.file} (from ${from})`);
    files.push(...await unpackInto(directory, path, progress));
    wheels[wheel.file] = wheel.sha256;
    if (dirname(path) === directory) await Deno.remove(path);
  }
  const missing = artifact.libraries.map((name) => `tensorflow/${name}`)
    .filter((path) => !files.some((file) => file.path === path));
  if (missing.length === 0) return { files, wheels };
  throw new ResourceError(
    `installing ${artifact.engine}: ${artifact.platform}'s wheel lacks ${missing.join(", ")}; ` +
      "use --engine wasm",
  );
}

async function unpackInto(
  directory: string,
  wheel: string,
  progress: Progress,
): Promise<Unpacked[]> {
  const bytes = await unpackedSize(wheel);
  const meter = progress.stage("unpacking", bytes, "bytes");
  try {
    return await unpackWheel(wheel, directory, meter);
  } catch (error) {
    throw error instanceof ReportedError ? error : writeFailure(directory, bytes, error);
  } finally {
    meter.end();
  }
}
