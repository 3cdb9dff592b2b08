/**
 * Compiles the addon: tfjs-node's binding and the project's own kernels, linked to TensorFlow's
 * libraries, for this processor.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ResourceError } from "../../../pipeline/errors.ts";
import { withPartial } from "./cache.ts";
import { processorFeatures } from "./processor.ts";

/** An unpacked TensorFlow. */
export interface Library {
  /** The folder that holds `tensorflow/`. */
  readonly directory: string;
  /** Names of the shared libraries in `tensorflow/`. */
  readonly libraries: readonly [string, string];
}

const FLAGS = ["-std=c++17", "-fPIC", "-DNAPI_VERSION=8"];
const BINDING_FLAGS = ["-O2", "-w"];
const KERNEL_FLAGS = [
  "-O3",
  "-march=native",
  "-fno-math-errno",
  "-fvisibility=hidden", // so that another addon in the process shares nothing with this one
  "-pthread",
];

interface Source {
  path: string;
  content: Uint8Array;
}

interface Sources {
  binding: Source[];
  kernels: Source[];
  /** Folder of Node-API's headers. */
  nodeHeaders: string;
  nodeHeadersVersion: string;
}

/**
 * Where the addon for `library` lies in `cache`. The name carries what the machine code depends on:
 * library, sources, flags, processor. So changed sources are compiled anew, and what another
 * machine of a shared home folder compiled is never run here.
 */
export async function addonPath(library: Library, cache: string): Promise<string> {
  const { binding, kernels, nodeHeadersVersion } = await readSources();
  const flags = [FLAGS, BINDING_FLAGS, KERNEL_FLAGS];
  const hash = createHash("sha256");
  hash.update(JSON.stringify([flags, processorFeatures(), nodeHeadersVersion]));
  for (const path of libraryPaths(library)) {
    const { size, mtime } = await Deno.stat(path);
    hash.update(JSON.stringify([path, size, mtime]));
  }
  for (const { path, content } of [...binding, ...kernels]) {
    hash.update(JSON.stringify([basename(path), content.length]));
    hash.update(content);
  }
  return join(cache, `addon-${hash.digest("hex").slice(0, 24)}.node`);
}

/**
 * Compiles the addon to its place in `cache`, whose lock the caller holds, and returns its path. It
 * appears whole or not at all. Throws {@linkcode ResourceError} when there is no C++ compiler or it
 * fails.
 */
export async function compileAddon(library: Library, cache: string): Promise<string> {
  const target = await addonPath(library, cache);
  const compiler = await findCompiler();
  const { binding, kernels, nodeHeaders } = await readSources();
  const include = ["-I", nodeHeaders, "-I", join(library.directory, "tensorflow", "include")];
  await withPartial(cache, async (temporary) => {
    const units = [
      ...unitsOf(kernels, KERNEL_FLAGS, temporary),
      ...unitsOf(binding, BINDING_FLAGS, temporary),
    ];
    await inParallel(
      units,
      ({ source, flags, object }) =>
        run(compiler, [...FLAGS, ...flags, ...include, "-c", source, "-o", object]),
    );
    const addon = join(temporary, "addon.node");
    await run(compiler, [
      "-shared",
      "-pthread",
      ...units.map(({ object }) => object),
      ...libraryPaths(library),
      `-Wl,-rpath,${join(library.directory, "tensorflow")}`,
      ...(Deno.build.os === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
      "-o",
      addon,
    ]);
    if (await addonPath(library, cache) !== target) {
      throw new ResourceError("compiling TensorFlow's addon: its sources changed; run it again");
    }
    await Deno.rename(addon, target);
  });
  return target;
}

/** A source that the compiler translates by itself, and where the result goes. */
interface Unit {
  readonly source: string;
  readonly flags: readonly string[];
  readonly object: string;
}

function unitsOf(sources: readonly Source[], flags: readonly string[], directory: string): Unit[] {
  return sources.filter(({ path }) => path.endsWith(".cc")).map(({ path }) => ({
    source: path,
    flags,
    object: join(directory, `${basename(path)}.o`),
  }));
}

/**
 * Works on as many items at a time as there are processors. After a failure it begins no more, waits
 * for what it has begun and throws the first failure.
 */
async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: navigator.hardwareConcurrency }, worker);
  for (const result of await Promise.allSettled(workers)) {
    if (result.status === "rejected") throw result.reason;
  }
}

function libraryPaths({ directory, libraries }: Library): string[] {
  return libraries.map((name) => join(directory, "tensorflow", name));
}

async function readSources(): Promise<Sources> {
  const require = createRequire(import.meta.url);
  const packageOf = (name: string) => dirname(require.resolve(`${name}/package.json`));
  return {
    binding: await readFolder(join(packageOf("@tensorflow/tfjs-node-gpu"), "binding")),
    kernels: await readFolder(fileURLToPath(new URL("../native", import.meta.url))),
    nodeHeaders: join(packageOf("node-api-headers"), "include"),
    nodeHeadersVersion: require("node-api-headers/package.json").version,
  };
}

/** The C++ files of a folder, in the order of their names. */
async function readFolder(directory: string): Promise<Source[]> {
  const names = (await Array.fromAsync(Deno.readDir(directory)))
    .map(({ name }) => name).filter((name) => /\.(cc|h)$/.test(name)).sort();
  return Promise.all(names.map(async (name) => {
    const path = join(directory, name);
    return { path, content: await Deno.readFile(path) };
  }));
}

/**
 * `$CXX`, or the first of g++, clang++ and c++ that runs. Throws {@linkcode ResourceError} when
 * none does.
 */
export async function findCompiler(): Promise<string> {
  const named = Deno.env.get("CXX");
  for (const candidate of named ? [named] : ["g++", "clang++", "c++"]) {
    try {
      const { success } = await new Deno.Command(candidate, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return candidate;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const reason = named ? `CXX=${named} does not run` : "no C++ compiler found";
  throw new ResourceError(
    `compiling TensorFlow's addon: ${reason}; ` +
      "install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; " +
      "macOS: xcode-select --install) and run `deno task setup` again",
  );
}

async function run(compiler: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(compiler, {
    args,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new ResourceError(
    `compiling TensorFlow's addon with ${compiler}: ${complaintOf(stderr)}; ` +
      "expected a C++17 compiler (g++ 9 or clang 10 at least); name another one in CXX",
  );
}

/** What a compiler that failed complains of first, on one line. */
export function complaintOf(stderr: Uint8Array): string {
  const lines = new TextDecoder().decode(stderr).split("\n");
  const first = lines.find((line) => /error|undefined|cannot/i.test(line)) ?? lines[0];
  return first?.trim() || "it failed";
}
