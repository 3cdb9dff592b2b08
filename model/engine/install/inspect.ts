/**
 * What of the engines is on this machine: looked at without starting one.
 *
 * @module
 */
import { IntegrityError, ResourceError } from "../../../pipeline/errors.ts";
import { readChoice } from "./cache.ts";
import { cacheDirectory } from "./cache_directory.ts";
import { findAddon, findDamage } from "./install.ts";
import { findLibrary } from "./library.ts";
import { type InstalledEngine, TENSORFLOW_VERSION } from "./wheels.ts";

/** Milliseconds after which an install that failed is tried again by itself. */
const RETRY_AFTER = 24 * 60 * 60 * 1000;

/** What {@linkcode inspectEngine} finds. */
export interface EngineState {
  /** Whether the engine is whole and can be started. */
  readonly whole: boolean;
  /** One line that says what is there, or what lacks. */
  readonly detail: string;
}

/**
 * Whether the engine is settled for this machine, so that nothing need be installed before work
 * begins. A fetch that failed is not repeated for a day; an addon that is not compiled for the
 * present sources is always tried. Reads names and sizes of files only.
 *
 * @param now milliseconds since 1970.
 */
export async function isSettled(
  cache: string = cacheDirectory(),
  now: number = Date.now(),
): Promise<boolean> {
  const choice = await readChoice(cache);
  if (choice?.engine === "wasm" && choice.reason === undefined) return true;
  const wanted = choice?.engine === "cuda" ? "cuda" : "tensorflow";
  if (await unlessUnavailable(() => findAddon(wanted, cache))) return true;
  if (choice?.engine !== "wasm") return false;
  if (await unlessUnavailable(() => findLibrary(wanted, cache))) return false;
  return now - Date.parse(choice.at) < RETRY_AFTER;
}

/** Looks at every byte of what `engine` needs here; changes nothing. */
export async function inspectEngine(
  engine: InstalledEngine,
  cache: string = cacheDirectory(),
): Promise<EngineState> {
  try {
    return await inspectFiles(engine, cache);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { whole: false, detail: error.message };
  }
}

async function inspectFiles(engine: InstalledEngine, cache: string): Promise<EngineState> {
  const library = await findLibrary(engine, cache);
  if (!library) return { whole: false, detail: "not installed" };
  const { directory } = library;
  const damaged = await findDamage(directory);
  if (damaged) {
    return { whole: false, detail: `damaged: ${damaged} is not what was installed` };
  }
  const installed = await findAddon(engine, cache);
  if (!installed) {
    return { whole: false, detail: `TensorFlow is in ${directory}, its addon is not compiled` };
  }
  const { addon } = installed;
  return {
    whole: true,
    detail: `TensorFlow ${TENSORFLOW_VERSION} in ${directory}, addon ${addon}`,
  };
}

/** What `work` gives; undefined where something that it needs cannot be had, or is damaged. */
export async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that something cannot be had, or is damaged. */
export function isUnavailable(error: unknown): error is ResourceError | IntegrityError {
  return error instanceof ResourceError || error instanceof IntegrityError;
}
