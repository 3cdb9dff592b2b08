/**
 * Where installed engines lie in the user's cache, and how a whole install is told from half of
 * one.
 *
 * ```text
 * $XDG_CACHE_HOME/marn-deno/
 *   lock                        held while anything is written
 *   choice.json                 the engine that `setup` settled on, and why
 *   tensorflow-2.21.0-linux-x86_64/   receipt.json, tensorflow/{lib*.so.2, include/}
 *   addon-<key>.node            for one TensorFlow, one processor, one state of the sources
 * ```
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { writeAtomic, writeFailure } from "../../../pipeline/files/write.ts";
import { cacheDirectory } from "./cache_directory.ts";
import type { Unpacked } from "./wheel.ts";
import { type Artifact, type InstalledEngine, TENSORFLOW_VERSION } from "./wheels.ts";

/** How a temporary's name begins. */
const PARTIAL = ".partial-";

/**
 * Written last into an install: without it, or with sizes other than its own, there is no install.
 */
export interface Receipt {
  readonly format: 1;
  /** The TensorFlow that was unpacked: `2.21.0`. */
  readonly version: string;
  /** SHA-256 of each wheel that was unpacked, by its name. */
  readonly wheels: Readonly<Record<string, string>>;
  readonly files: readonly Unpacked[];
}

/** The engine that `setup` settled on. */
export interface EngineChoice {
  /** What every task runs on unless it is told otherwise. */
  readonly engine: InstalledEngine | "wasm";
  /** Why nothing better is used; absent when the user asked for this engine. */
  readonly reason?: string | undefined;
  /** When it was settled, in ISO 8601. */
  readonly at: string;
}

const ReceiptSchema = v.strictObject({
  format: v.literal(1),
  version: v.string(),
  wheels: v.record(v.string(), v.string()),
  files: v.array(v.strictObject({ path: v.string(), bytes: v.number(), sha256: v.string() })),
});

const ChoiceSchema = v.strictObject({
  engine: v.picklist(["tensorflow", "cuda", "wasm"]),
  reason: v.optional(v.string()),
  at: v.string(),
});

/** Where `artifact` is installed in `cache`. */
export function installDirectory(artifact: Artifact, cache: string = cacheDirectory()): string {
  return join(cache, `${artifact.engine}-${TENSORFLOW_VERSION}-${artifact.platform}`);
}

/**
 * Whether `directory` holds the whole of `artifact`: the pinned wheels by its receipt, and every
 * file with its size. Reads no file's content.
 */
export async function isWhole(artifact: Artifact, directory: string): Promise<boolean> {
  const receipt = await readJson(join(directory, "receipt.json"), ReceiptSchema);
  if (!receipt) return false;
  if (artifact.wheels.some((wheel) => receipt.wheels[wheel.file] !== wheel.sha256)) return false;
  for (const { path, bytes } of receipt.files) {
    const size = await Deno.stat(join(directory, path)).then((it) => it.size, () => -1);
    if (size !== bytes) return false;
  }
  return true;
}

/** The receipt of `directory`; undefined when there is none that can be read. */
export function readReceipt(directory: string): Promise<Receipt | undefined> {
  return readJson(join(directory, "receipt.json"), ReceiptSchema);
}

/** Completes an install: writes its receipt. */
export async function writeReceipt(directory: string, receipt: Receipt): Promise<void> {
  await writeAtomic(join(directory, "receipt.json"), JSON.stringify(receipt, undefined, 1) + "\n");
}

/** What `setup` settled on; undefined before it ran. */
export function readChoice(cache: string = cacheDirectory()): Promise<EngineChoice | undefined> {
  return readJson(join(cache, "choice.json"), ChoiceSchema);
}

/** Remembers what `setup` settled on. */
export async function writeChoice(
  choice: EngineChoice,
  cache: string = cacheDirectory(),
): Promise<void> {
  await Deno.mkdir(cache, { recursive: true }).catch(() => {}); // the write reports it
  await writeAtomic(join(cache, "choice.json"), JSON.stringify(choice, undefined, 1) + "\n");
}

/**
 * Runs `work` while this process alone may write to the cache. Another process's work is waited
 * for, after `onWait`; the system frees the lock of one that died.
 */
export async function withCacheLock<T>(
  cache: string,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(cache, "lock");
  using file = await openLock(cache, path);
  if (!await file.tryLock(true)) {
    onWait();
    await file.lock(true);
  }
  return await work();
}

async function openLock(cache: string, path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(cache, { recursive: true });
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    throw writeFailure(path, 0, error);
  }
}

/**
 * Does `work` in a temporary folder of the cache and removes it afterwards; what is to stay is
 * moved out of it. The caller holds the lock, so it removes what killed processes left, too.
 */
export async function withPartial<T>(
  cache: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  for await (const { name } of Deno.readDir(cache)) {
    if (name.startsWith(PARTIAL)) await Deno.remove(join(cache, name), { recursive: true });
  }
  const directory = await Deno.makeTempDir({ dir: cache, prefix: PARTIAL })
    .catch((error) => Promise.reject(writeFailure(cache, 0, error)));
  try {
    return await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true }).catch(() => {}); // moved where it is to stay
  }
}

/** Reads JSON of a known form; undefined when it is absent, cut or of another form. */
async function readJson<T>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await Deno.readTextFile(path)));
    return parsed.success ? parsed.output : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
