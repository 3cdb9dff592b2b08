/**
 * Settles which engine this machine runs: installs it, starts it once, remembers it.
 *
 * @module
 */
import { type Engine, type EngineName, startEngine } from "./engine.ts";
import { readChoice, writeChoice } from "./install/cache.ts";
import { cacheDirectory } from "./install/cache_directory.ts";
import { isUnavailable, unlessUnavailable } from "./install/inspect.ts";
import { installEngine, type InstallOptions } from "./install/install.ts";
import type { InstalledEngine } from "./install/wheels.ts";

/**
 * Installs `engine`, starts it and remembers it. `auto` installs the best engine and settles on
 * wasm, with the reason, where that fails. Throws {@linkcode ResourceError} or {@linkcode
 * IntegrityError} when an engine that was asked for by name cannot be had.
 */
export async function setUpEngine(
  engine: EngineName,
  options: InstallOptions = {},
): Promise<Engine> {
  if (engine !== "auto") return await settle(engine, options);
  const previous = await readChoice(options.cache);
  try {
    return await settle(previous?.engine === "cuda" ? "cuda" : "tensorflow", options);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return await settle("wasm", options, error.message);
  }
}

/** Installs, starts and remembers an engine; `reason` says why it is not a better one. */
async function settle(
  engine: InstalledEngine | "wasm",
  options: InstallOptions,
  reason?: string,
): Promise<Engine> {
  const { cache = cacheDirectory(), progress } = options;
  const started = engine === "wasm"
    ? await startEngine({ engine, progress })
    : await installAndStart(engine, options);
  const at = new Date().toISOString();
  // A cache that cannot be written is no reason to fail.
  await unlessUnavailable(() => writeChoice({ engine, reason, at }, cache));
  return started;
}

/** An addon that does not load is compiled once more. */
async function installAndStart(engine: InstalledEngine, options: InstallOptions): Promise<Engine> {
  const { progress } = options;
  await installEngine(engine, options);
  try {
    return await startEngine({ engine, progress });
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await installEngine(engine, { ...options, rebuild: true });
    return await startEngine({ engine, progress });
  }
}
