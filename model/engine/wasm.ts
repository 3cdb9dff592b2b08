/**
 * The engine that runs everywhere: tfjs's WebAssembly kernels, from npm alone.
 *
 * @module
 */
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { tf } from "./tf.ts";

/** Starts the wasm backend and makes it tfjs's current one; returns its description. */
export async function startWasm(): Promise<string> {
  if (!tf.findBackend("wasm")) {
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    const require = createRequire(import.meta.url);
    // tfjs-core leaves its operations' gradients out; the union package registers them.
    createRequire(require.resolve("@tensorflow/tfjs-node-gpu/package.json"))("@tensorflow/tfjs");
    // Its own search begins at the running script and ends in a network request.
    const main = require.resolve("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(join(dirname(main), sep));
  }
  await tf.setBackend("wasm");
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  return `tfjs ${tf.version_core} on WebAssembly${simd ? " with SIMD" : ""}, one thread`;
}
