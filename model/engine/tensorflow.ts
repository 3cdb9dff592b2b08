/**
 * The engines on libtensorflow: tfjs-node's backend on an addon of our own making.
 *
 * @module
 */
import { createRequire } from "node:module";
import util from "node:util";
import { firstLine, ResourceError } from "../../pipeline/errors.ts";
import type { InstalledAddon } from "./install/install.ts";
import { withoutStderr } from "./install/libc.ts";
import { processorModel } from "./install/processor.ts";
import type { InstalledEngine } from "./install/wheels.ts";
import { nativeKernels } from "./kernels.ts";
import { tf } from "./tf.ts";

const PACKAGE = "@tensorflow/tfjs-node-gpu";
const BACKEND = "tensorflow"; // tfjs-node registers its kernels under this name
const LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";
const TF32 = "NVIDIA_TF32_OVERRIDE";

/**
 * Names the addon that this process has loaded: its isolates share the library, but no variable of
 * ours.
 */
const LOADED = "MARN_LOADED_ADDON";

/**
 * Loads an addon and makes it tfjs's current backend; returns the engine's description. A process
 * can load one TensorFlow only. Throws {@linkcode ResourceError} when it does not load.
 */
export async function startTensorflow(
  engine: InstalledEngine,
  installed: InstalledAddon,
): Promise<string> {
  const addon = claimProcess(engine, installed.addon);
  if (engine === "cuda") keepFloat32();
  if (!tf.findBackend(BACKEND)) registerBackend({ ...installed, addon });
  await tf.setBackend(BACKEND);
  const backend = tf.backend() as unknown as {
    binding: { TF_Version: string };
    isUsingGpuDevice: boolean;
  };
  const fallback = engine === "cuda" ? " (no CUDA device was found)" : "";
  const threads = navigator.hardwareConcurrency;
  const device = backend.isUsingGpuDevice
    ? "a CUDA device"
    : `${processorModel()}, ${threads} thread${threads === 1 ? "" : "s"}${fallback}`;
  const kernels = nativeKernels() ? "with" : "without";
  return `TensorFlow ${backend.binding.TF_Version} on ${device}, ${kernels} this project's kernels`;
}

/**
 * The addon that this process runs `engine` with: the one it has loaded already, even if its sources
 * have changed since, otherwise `addon`. Throws when it has loaded another engine's: a second
 * TensorFlow would end the process.
 */
function claimProcess(engine: InstalledEngine, addon: string): string {
  const own = `${Deno.pid} ${engine} `;
  const mark = Deno.env.get(LOADED) ?? "";
  if (mark.startsWith(own)) return mark.slice(own.length);
  if (mark.startsWith(`${Deno.pid} `)) { // a parent's mark is not its own
    throw new Error(
      `starting ${engine}: this process has loaded ${mark.split(" ")[1]}, and cannot load two; ` +
        "start a new process",
    );
  }
  Deno.env.set(LOADED, own + addon);
  return addon;
}

function registerBackend(installed: InstalledAddon): void {
  const require = createRequire(import.meta.url);
  // tfjs-node 4.22 calls a helper that current Node versions and Deno no longer have.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
  const binding = loadAddon(require, installed);
  const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend.js`);
  require(`${PACKAGE}/dist/register_all_kernels.js`);
  tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, PACKAGE), 3);
}

/**
 * Has NVIDIA's libraries multiply float32 as such, unless the user has said otherwise: recent devices
 * round it to ten bits (TF32), with which neither golden values nor cuDNN's self-check would hold.
 */
function keepFloat32(): void {
  if (Deno.env.get(TF32) === undefined) Deno.env.set(TF32, "0");
}

/**
 * Leaves TensorFlow's errors only: it greets with banners about instruction sets and CUDA. The
 * first of them is written while the library is loaded, before it reads the variable.
 */
function loadQuietly(framework: string): void {
  if (Deno.env.get(LOG_LEVEL) !== undefined) return; // the user wants to see them
  Deno.env.set(LOG_LEVEL, "2");
  if (Deno.build.os === "linux") withoutStderr(() => Deno.dlopen(framework, {}));
}

function loadAddon(require: NodeJS.Require, { addon, framework }: InstalledAddon): unknown {
  try {
    loadQuietly(framework);
    return require(addon);
  } catch (error) {
    throw new ResourceError(
      `loading TensorFlow from ${addon}: ${firstLine(error)}; ` +
        "run `deno task setup`",
      { cause: error },
    );
  }
}
