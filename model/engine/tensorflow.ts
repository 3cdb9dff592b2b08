/**
 * The engines on libtensorflow: tfjs-node's backend on an addon of our own making.
 *
 * @module
 */
import { createRequire } from "node:module";
import { cpus } from "node:os";
import util from "node:util";
import { ResourceError } from "../../pipeline/errors.ts";
import type { InstalledEngine } from "./artifacts.ts";
import { nativeKernels } from "./native.ts";
import { processorModel } from "./processor.ts";
import { tf } from "./tf.ts";

const PACKAGE = "@tensorflow/tfjs-node-gpu";
const BACKEND = "tensorflow"; // tfjs-node registers its kernels under this name

/** Read by libtensorflow when it is loaded; what the user has set stands. */
const ENVIRONMENT = {
  TF_CPP_MIN_LOG_LEVEL: "2", // errors; below it stand banners about instruction sets and CUDA
};

/** Loads the addon at `addon`, makes it tfjs's current backend; returns its description. */
export async function startTensorflow(engine: InstalledEngine, addon: string): Promise<string> {
  if (!tf.findBackend(BACKEND)) registerBackend(addon);
  await tf.setBackend(BACKEND);
  const backend = tf.backend() as unknown as {
    binding: { TF_Version: string };
    isUsingGpuDevice: boolean;
  };
  const device = backend.isUsingGpuDevice
    ? "a CUDA device"
    : `${processorModel()}, ${cpus().length} threads${
      engine === "cuda" ? ", no CUDA device found" : ""
    }`;
  const kernels = nativeKernels() ? "with" : "without";
  return `TensorFlow ${backend.binding.TF_Version} on ${device}, ${kernels} kernels of our own`;
}

function registerBackend(addon: string): void {
  for (const [name, value] of Object.entries(ENVIRONMENT)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
  const require = createRequire(import.meta.url);
  // tfjs-node 4.22 calls a helper that current Node versions and Deno no longer have.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
  const binding = loadAddon(require, addon);
  const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend.js`);
  require(`${PACKAGE}/dist/register_all_kernels.js`);
  tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, PACKAGE), 3);
}

function loadAddon(require: NodeJS.Require, addon: string): unknown {
  try {
    return require(addon);
  } catch (error) {
    throw new ResourceError(
      `loading TensorFlow from ${addon}: ${(error as Error).message.split("\n")[0]}; ` +
        "run `deno task setup --force` to build it anew",
      { cause: error },
    );
  }
}
