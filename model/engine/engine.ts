/**
 * Chooses the engine that runs the tensors.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { tf } from "./tf.ts";

/** The engine in use. */
export interface Engine {
  /** `tensorflow`, `cuda` or `wasm`. */
  readonly name: "tensorflow" | "cuda" | "wasm";
  /** Versions and device, as logs and reports name them. */
  readonly description: string;
  /** Whether the project's own kernels are loaded. */
  readonly native: boolean;
}

/** Starts the engine and makes it the one that {@linkcode tf} uses. */
export async function startEngine(): Promise<Engine> {
  const require = createRequire(import.meta.url);
  // tfjs-node 4.22 calls a helper that current Node versions and Deno no longer have.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
  const { NodeJSKernelBackend } = require(
    "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js",
  );
  require("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const binding = require(join(Deno.env.get("MARN_TENSORFLOW") ?? "", "tfjs_binding.node"));
  tf.registerBackend(
    "tensorflow",
    () => new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node-gpu"),
    3,
  );
  await tf.setBackend("tensorflow");
  return { name: "tensorflow", description: "tensorflow (CPU)", native: false };
}
