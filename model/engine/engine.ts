/**
 * Chooses the engine that runs the tensors.
 *
 * @module
 */
import { ResourceError } from "../../pipeline/errors.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import { readChoice } from "./install/cache.ts";
import { cacheDirectory } from "./install/cache_directory.ts";
import { findAddon, installAddon, type InstalledAddon } from "./install/install.ts";
import { findLibrary } from "./install/library.ts";
import type { InstalledEngine } from "./install/wheels.ts";
import { nativeKernels } from "./kernels.ts";
import { startTensorflow } from "./tensorflow.ts";
import { startWasm } from "./wasm.ts";

/** An engine that can be asked for; `auto` is the best one that `deno task setup` could install. */
export type EngineName = "auto" | InstalledEngine | "wasm";

/** The engine that all tensors are computed on. */
export interface Engine {
  /** `tensorflow`, `cuda` or `wasm`. */
  readonly name: InstalledEngine | "wasm";
  /** Versions and device, in words. */
  readonly description: string;
  /** Whether the project's own kernels are loaded. */
  readonly native: boolean;
}

/** How {@linkcode startEngine} works. */
export interface StartOptions {
  /** `auto` by default. */
  readonly engine?: EngineName | undefined;
  /** Hears why `auto` runs on wasm, and that the addon is compiled; by default nobody does. */
  readonly progress?: Progress | undefined;
}

let current: Engine | undefined;

/**
 * Starts the engine and makes it the one that `tf` uses. It downloads nothing: where nothing is
 * installed, `auto` runs on wasm after a warning that says why. The addon is compiled if that is
 * all that lacks and the process may run programs. Throws {@linkcode ResourceError} when an engine
 * that was asked for by name is not installed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { startEngine } from "./engine.ts";
 *
 * const engine = await startEngine({ engine: "wasm" });
 * assert.match(engine.description, /on WebAssembly/);
 * ```
 */
export async function startEngine(options: StartOptions = {}): Promise<Engine> {
  const { engine = "auto", progress = silent } = options;
  current = engine === "auto" ? await startBest(progress) : await startNamed(engine, progress);
  return current;
}

/** The engine in use. Throws unless {@linkcode startEngine} has been called. */
export function currentEngine(): Engine {
  if (!current) throw new Error("currentEngine: no engine runs yet; call startEngine first");
  return current;
}

/** Whether `engine` can be started here. As a start would, it compiles an addon that lacks. */
export async function isInstalled(engine: InstalledEngine | "wasm"): Promise<boolean> {
  if (engine === "wasm") return true;
  try {
    return await locateAddon(engine, silent) !== undefined;
  } catch (error) {
    if (error instanceof ResourceError) return false;
    throw error;
  }
}

async function startNamed(
  engine: InstalledEngine | "wasm",
  progress: Progress,
): Promise<Engine> {
  if (engine === "wasm") {
    return { name: engine, description: await startWasm(), native: false };
  }
  const addon = await locateAddon(engine, progress);
  if (!addon) {
    throw new ResourceError(
      `starting --engine ${engine}: it is not installed for this machine; ` +
        `run \`deno task setup --engine ${engine}\``,
    );
  }
  const description = await startTensorflow(engine, addon);
  return { name: engine, description, native: nativeKernels() };
}

/** What `setup` settled on, TensorFlow where it never ran, and wasm in the place of either. */
async function startBest(progress: Progress): Promise<Engine> {
  const choice = await readChoice();
  if (choice?.engine === "wasm" && choice.reason === undefined) { // the user asked for it
    return await startNamed("wasm", progress);
  }
  const candidates = choice?.engine === "cuda"
    ? ["cuda", "tensorflow"] as const
    : ["tensorflow"] as const;
  let reason = choice?.reason ?? "TensorFlow is not installed; run `deno task setup`";
  for (const engine of candidates) {
    try {
      if (await locateAddon(engine, progress)) return await startNamed(engine, progress);
    } catch (error) {
      if (!(error instanceof ResourceError)) throw error;
      reason = error.message;
    }
  }
  progress.warn(`engine: wasm, tens of times slower than TensorFlow, because: ${reason}`);
  return await startNamed("wasm", progress);
}

/** The addon's path; compiles it when TensorFlow is there and this process may run a compiler. */
async function locateAddon(
  engine: InstalledEngine,
  progress: Progress,
): Promise<InstalledAddon | undefined> {
  const cache = cacheDirectory();
  const addon = await findAddon(engine, cache);
  if (addon || !await findLibrary(engine, cache)) return addon;
  const { state } = await Deno.permissions.query({ name: "run" });
  return state === "granted" ? await installAddon(engine, { cache, progress }) : undefined;
}
