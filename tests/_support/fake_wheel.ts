/** Wheels of a few bytes and an empty cache, for the installer's tests. */
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { type Artifact, PLATFORM } from "../../model/engine/install/wheels.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";

/** Files of a small wheel; only the first three are needed. */
export const FILES = {
  "tensorflow/libtensorflow_cc.so.2": "the C library ".repeat(1000),
  "tensorflow/libtensorflow_framework.so.2": "the framework",
  "tensorflow/include/tensorflow/c/c_api.h": "// C API",
  "tensorflow/include/tensorflow/compiler/jit.h": "// not needed",
  "tensorflow/python/ops.py": "# not needed",
  "tensorflow/include/tensorflow/c/": "",
};

/** Bytes of a wheel, and the artifact that pins it. */
export function fakeWheel(
  files: Record<string, string> = FILES,
): { bytes: Uint8Array<ArrayBuffer>; artifact: Artifact } {
  const entries = Object.entries(files).map(([path, text]) => [path, strToU8(text)] as const);
  // Of a fixed time: the same files make the same bytes.
  const bytes = zipSync(Object.fromEntries(entries), { mtime: new Date(2026, 0, 1) });
  const wheel = {
    project: "tensorflow-cpu",
    version: "2.21.0",
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    bytes: bytes.length,
    sha256: sha256(bytes),
  };
  const artifact: Artifact = {
    engine: "tensorflow",
    platform: PLATFORM,
    wheels: [wheel],
    libraries: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  };
  return { bytes, artifact };
}

/** What {@linkcode withPlayground} gives to a test. */
export interface Playground {
  /** An empty cache. */
  readonly cache: string;
  /** An empty folder, to which MARN_TENSORFLOW points. */
  readonly folder: string;
  /** An empty folder, the only one in PATH: no pip, no compiler. */
  readonly bin: string;
}

/** Runs `body` apart from the machine's cache, pip and compiler, with further `variables` set. */
export async function withPlayground(
  body: (playground: Playground) => void | Promise<void>,
  variables: Record<string, string> = {},
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "marn-engine-" });
  const [cache, folder, bin] = ["cache", "folder", "bin"].map((name) => join(root, name));
  for (const path of [cache, folder, bin]) await Deno.mkdir(path!);
  const set = {
    MARN_TENSORFLOW: folder!,
    PATH: bin!,
    CXX: "",
    PIP_INDEX_URL: "http://127.0.0.1:9/simple", // the discard port
    ...variables,
  };
  const before = Object.keys(set).map((name) => [name, Deno.env.get(name)] as const);
  Object.entries(set).forEach(([name, value]) => Deno.env.set(name, value));
  try {
    await body({ cache: cache!, folder: folder!, bin: bin! });
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await Deno.remove(root, { recursive: true });
  }
}
