/**
 * Settles which engine this machine runs: installs it, starts it once, remembers it.
 *
 * @module
 */
import { IntegrityError, ResourceError } from "../../pipeline/errors.ts";
import { type InstalledEngine, TENSORFLOW_VERSION } from "./install/wheels.ts";
import { cacheDirectory, type Choice, readChoice, writeChoice } from "./install/cache.ts";
import type { Engine, EngineName } from "./engine.ts";
import { findAddon, findDamage, installEngine, type InstallOptions } from "./install/install.ts";
import { findLibrary } from "./install/library.ts";

/** Milliseconds after which an install that failed is tried again by itself. */
const RETRY_AFTER = 24 * 60 * 60 * 1000;

/** What {@linkcode inspectEngine} finds. */
export interface Inspection {
  /** Whether the engine is whole and can be started. */
  readonly whole: boolean;
  /** One line that says what is there, or what lacks. */
  readonly detail: string;
}

/**
 * Whether the engine is settled for this machine, so that nothing need be installed before work
 * begins. A fetch that failed is not repeated for a day; an addon that is not compiled for the
 * present sources is always tried. Reads names and sizes of files only.
 */
export async function isSettled(
  cache: string = cacheDirectory(),
  now: number = Date.now(),
): Promise<boolean> {
  const choice = await readChoice(cache);
  if (choice?.engine === "wasm" && choice.reason === undefined) return true;
  const wanted = choice?.engine === "cuda" ? "cuda" : "tensorflow";
  if (await unlessImpossible(() => findAddon(wanted, cache))) return true;
  if (choice?.engine !== "wasm" || await unlessImpossible(() => findLibrary(wanted, cache))) {
    return false;
  }
  return now - Date.parse(choice.at) < RETRY_AFTER;
}

/**
 * Installs `engine`, starts it and remembers it. `auto` installs the best engine and settles on
 * wasm, with the reason, where that fails. Throws {@linkcode ResourceError} or {@linkcode
 * IntegrityError} when an engine that was asked for by name cannot be had.
 */
export async function setUpEngine(
  engine: EngineName,
  options: InstallOptions = {},
): Promise<Engine> {
  const { cache = cacheDirectory() } = options;
  const { startEngine } = await import("./engine.ts"); // heavy, and a look at the cache needs none
  if (engine === "wasm") return await settle({ engine }, cache, () => startEngine({ engine }));
  const previous = (await readChoice(cache))?.engine;
  const wanted = engine !== "auto" ? engine : previous === "cuda" ? previous : "tensorflow";
  try {
    return await settle({ engine: wanted }, cache, async () => {
      await installEngine(wanted, options);
      return await startOrRebuild(wanted, options);
    });
  } catch (error) {
    if (engine !== "auto" || !isUnavailable(error)) throw error;
    const choice = { engine: "wasm", reason: error.message } as const;
    return await settle(choice, cache, () => startEngine({ engine: "wasm" }));
  }
}

/** Looks at every byte of what `engine` needs here; changes nothing. */
export async function inspectEngine(
  engine: InstalledEngine,
  cache: string = cacheDirectory(),
): Promise<Inspection> {
  const absent = (detail: string) => ({ whole: false, detail });
  try {
    const library = await findLibrary(engine, cache);
    if (!library) return absent("not installed");
    const damaged = await findDamage(library.directory);
    if (damaged) return absent(`damaged: ${damaged} is not what was installed`);
    const installed = await findAddon(engine, cache);
    if (!installed) {
      return absent(`TensorFlow is in ${library.directory}, its addon is not compiled`);
    }
    const detail =
      `TensorFlow ${TENSORFLOW_VERSION} in ${library.directory}, addon ${installed.addon}`;
    return { whole: true, detail };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return absent(error.message);
  }
}

async function startOrRebuild(engine: InstalledEngine, options: InstallOptions): Promise<Engine> {
  const { startEngine } = await import("./engine.ts");
  try {
    return await startEngine({ engine });
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await installEngine(engine, { ...options, rebuild: true });
    return await startEngine({ engine });
  }
}

/**
 * Does `work` and then remembers the choice; a cache that cannot be written is no reason to fail.
 */
async function settle<T>(
  choice: Omit<Choice, "at">,
  cache: string,
  work: () => Promise<T>,
): Promise<T> {
  const result = await work();
  await unlessImpossible(() => writeChoice({ ...choice, at: new Date().toISOString() }, cache));
  return result;
}

async function unlessImpossible<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  }
}

function isUnavailable(error: unknown): error is ResourceError | IntegrityError {
  return error instanceof ResourceError || error instanceof IntegrityError;
}
