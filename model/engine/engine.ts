/**
 * Chooses the engine that runs the tensors.
 *
 * @module
 */
import { ResourceError } from "../../pipeline/errors.ts";
import type { InstalledEngine } from "./install/wheels.ts";
import { cacheDirectory, readChoice } from "./install/cache.ts";
import { findAddon, installAddon } from "./install/install.ts";
import { findLibrary } from "./install/library.ts";
import { nativeKernels } from "./kernels.ts";
import { type InstalledAddon, startTensorflow } from "./tensorflow.ts";
import { startWasm } from "./wasm.ts";

/** An engine that can be asked for; `auto` is the best one that `deno task setup` could install. */
export type EngineName = "auto" | InstalledEngine | "wasm";

/** The engine in use. */
export interface Engine {
  /** `tensorflow`, `cuda` or `wasm`. */
  readonly name: InstalledEngine | "wasm";
  /** Versions and device, in words. */
  readonly description: string;
  /** Whether the project's own kernels are loaded. */
  readonly native: boolean;
}

let current: Engine | undefined;

/**
 * Starts the engine and makes it the one that `tf` uses. It downloads nothing: where nothing is
 * installed, `auto` runs on wasm after a line on stderr that says why. The addon is compiled if
 * that is all that lacks and the process may run programs. Throws {@linkcode ResourceError} when an
 * engine that was asked for by name is not installed.
 *
 * @example
 * ```ts
 * import { startEngine } from "./engine.ts";
 *
 * const engine = await startEngine({ engine: "wasm" });
 * console.log(engine.description);
 * ```
 */
export async function startEngine(options: { engine?: EngineName } = {}): Promise<Engine> {
  const { engine = "auto" } = options;
  current = engine === "auto" ? await startBest() : await startNamed(engine);
  return current;
}

/** The engine in use. Throws unless {@linkcode startEngine} has been called. */
export function currentEngine(): Engine {
  if (!current) throw new Error("currentEngine: no engine runs yet; call startEngine first");
  return current;
}

/** Whether `engine` could be started now; reads file names and sizes only. */
export async function isInstalled(engine: InstalledEngine | "wasm"): Promise<boolean> {
  if (engine === "wasm") return true;
  try {
    return await locateAddon(engine) !== undefined;
  } catch (error) {
    if (error instanceof ResourceError) return false;
    throw error;
  }
}

async function startNamed(engine: InstalledEngine | "wasm"): Promise<Engine> {
  if (engine === "wasm") {
    return { name: engine, description: await startWasm(), native: false };
  }
  const addon = await locateAddon(engine);
  if (!addon) {
    throw new ResourceError(
      `starting --engine ${engine}: it is not installed for this machine; ` +
        `run \`deno task setup --engine ${engine}\``,
    );
  }
  const description = await startTensorflow(engine, addon);
  return { name: engine, description, native: nativeKernels() };
}

async function startBest(): Promise<Engine> {
  const choice = await readChoice();
  const wanted = choice?.engine === "wasm" && choice.reason === undefined
    ? []
    : choice?.engine === "cuda"
    ? ["cuda", "tensorflow"] as const
    : ["tensorflow"] as const;
  let reason = choice?.reason ?? "TensorFlow is not installed; run `deno task setup`";
  for (const engine of wanted) {
    try {
      if (await locateAddon(engine)) return await startNamed(engine);
    } catch (error) {
      if (!(error instanceof ResourceError)) throw error;
      reason = error.message;
    }
  }
  if (wanted.length > 0) {
    console.error(`engine: wasm, tens of times slower than TensorFlow, because: ${reason}`);
  }
  return await startNamed("wasm");
}

/** The addon's path; compiles it when TensorFlow is there and this process may run a compiler. */
async function locateAddon(engine: InstalledEngine): Promise<InstalledAddon | undefined> {
  const cache = cacheDirectory();
  const addon = await findAddon(engine, cache);
  if (addon || !await findLibrary(engine, cache)) return addon;
  const { state } = await Deno.permissions.query({ name: "run" });
  return state === "granted" ? await installAddon(engine, { cache }) : undefined;
}
