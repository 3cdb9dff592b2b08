/**
 * A directory that appears whole or not at all: it is filled beside its target, under a lock, and
 * takes the target's place in one step. What a killed process left behind is cleared by the next one.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { firstLine, LockedError, UsageError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import { cString, openLibc } from "./libc.ts";
import { exists, listFolder, requireFolder } from "./read.ts";
import { makeDirectory, removeTree, syncDirectory, writeFailure } from "./write.ts";

/** How a {@linkcode Staging} treats a target that is there already. */
export interface StagingOptions {
  /** Whether it may be replaced. */
  readonly replace: boolean;
  /** Path of something in it that is not of our making; undefined where all of it is. */
  readonly findForeign: (directory: string) => Promise<string | undefined>;
  /**
   * Takes it for oneself while it is replaced, until disposed. Throws {@linkcode LockedError} where
   * somebody is using it.
   */
  readonly reserve?: ((directory: string) => Promise<Disposable>) | undefined;
  /** Is warned of what could not be removed. */
  readonly progress: Pick<Progress, "warn">;
}

/** A directory in the making. Disposing it removes everything that was not committed. */
export class Staging implements AsyncDisposable {
  /** To be filled with what the target shall hold. */
  readonly directory: string;
  /** For files that nobody needs afterwards. */
  readonly scratch: string;
  readonly #target: string;
  readonly #root: string;
  readonly #lock: Deno.FsFile;
  readonly #options: StagingOptions;

  private constructor(target: string, root: string, lock: Deno.FsFile, options: StagingOptions) {
    this.#target = target;
    this.#root = root;
    this.#lock = lock;
    this.#options = options;
    this.directory = join(root, "whole");
    this.scratch = join(root, "scratch");
  }

  /**
   * Prepares an empty directory beside `target`.
   *
   * @throws {UsageError} where the target exists and may not be replaced.
   * @throws {LockedError} where another process is making the same target, or uses what is there.
   * @throws {ResourceError} where nothing can be written there.
   */
  static async open(target: string, options: StagingOptions): Promise<Staging> {
    const path = await Deno.realPath(target).catch(() => resolve(target));
    await checkTarget(path, options);
    const root = stagingPath(path);
    await checkRoot(root);
    const lock = await takeLock(root, path);
    const staging = new Staging(path, root, lock, options);
    try {
      await putBack(root, path);
      for (const directory of [staging.directory, staging.scratch]) {
        await removeTree(directory);
        await Deno.mkdir(directory);
      }
    } catch (error) {
      await staging[Symbol.asyncDispose]();
      throw writeFailure(root, 0, error);
    }
    return staging;
  }

  /** Puts the filled directory in the target's place. */
  async commit(): Promise<void> {
    try {
      await syncDirectory(this.directory);
      if (await exists(this.#target)) {
        await checkTarget(this.#target, this.#options);
        using _reserved = await this.#options.reserve?.(this.#target);
        await exchange(this.directory, this.#target, this.#root);
      } else await Deno.rename(this.directory, this.#target);
      await syncDirectory(dirname(this.#target));
    } catch (error) {
      throw writeFailure(this.#target, 0, error);
    }
  }

  /** Frees the lock and removes what was not committed; warns of what resists. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await putBack(this.#root, this.#target);
      await removeTree(this.#root); // the lock file goes with it while it is still held
    } catch (error) {
      this.#options.progress.warn(await describeRest(this.#root, this.#target, error));
    } finally {
      this.#lock.close();
    }
  }
}

/** Where what shall stand at `target` is made. */
export function stagingPath(target: string): string {
  return join(dirname(target), `.${basename(target)}.making`);
}

async function checkTarget(path: string, options: StagingOptions): Promise<void> {
  const { replace, findForeign, reserve } = options;
  if (!await exists(path) || await isEmptyDirectory(path)) return;
  await requireFolder(
    path,
    (found) => new UsageError(`writing ${path}: ${found}; expected a folder; choose another --out`),
  );
  if (!replace) {
    throw new UsageError(
      `writing ${path}: it exists; expected a new directory; choose another --out, or replace it ` +
        "with --force",
    );
  }
  const foreign = await findForeign(path);
  if (foreign !== undefined) {
    throw new UsageError(
      `replacing ${path}: ${foreign} is not what this command writes; expected its own earlier ` +
        "output and nothing else; move that away, or choose another --out",
    );
  }
  (await reserve?.(path))?.[Symbol.dispose](); // found out now rather than when all is done
}

/** What a staging directory may hold. */
const OLD = "old"; // where the target lies while it is away
const PARTS = ["whole", "scratch", "lock", OLD];

/** A folder of somebody's that happens to have the name is not emptied. */
async function checkRoot(root: string): Promise<void> {
  const none = () => new UsageError(`writing ${root}: it is no folder; move it away`);
  for (const { name } of await exists(root) ? await listFolder(root, none) : []) {
    if (PARTS.includes(name)) continue;
    throw new UsageError(
      `writing ${root}: ${name} in it is not what this command writes; expected the rests of an ` +
        "earlier one at most; move it away",
    );
  }
}

async function takeLock(root: string, target: string): Promise<Deno.FsFile> {
  const path = join(root, "lock");
  let lock: Deno.FsFile;
  try {
    await makeDirectory(root);
    lock = await Deno.open(path, { write: true, create: true });
  } catch (error) {
    throw writeFailure(root, 0, error);
  }
  // Whoever held it until now may have removed it: what is locked must still be what lies there.
  const { ino } = await lock.stat();
  const isThere = () => Deno.stat(path).then((found) => found.ino === ino, () => false);
  if (await lock.tryLock(true) && await isThere()) return lock;
  lock.close();
  throw new LockedError(
    `writing ${target}: another process is making it; expected to be the only one; wait for it`,
  );
}

/** Linux's `RENAME_EXCHANGE` and Darwin's `RENAME_SWAP`. */
const SWAP = 2;
const AT_FDCWD = -100;

/**
 * Swaps two directories. Where the system can, in one step; otherwise the target is away for the
 * moment between two renames.
 */
async function exchange(from: string, target: string, root: string): Promise<void> {
  if (swapNames(from, target)) return;
  await Deno.rename(target, join(root, OLD));
  await Deno.rename(from, target);
}

/** Gives a target back that was away when an exchange of two renames ended halfway. */
async function putBack(root: string, target: string): Promise<void> {
  const old = join(root, OLD);
  if (await exists(old) && !await exists(target)) await Deno.rename(old, target);
}

/** What is left in a staging directory that could not be cleared, and what is to be done. */
async function describeRest(root: string, target: string, cause: unknown): Promise<string> {
  const reason = firstLine(cause);
  const old = join(root, OLD);
  if (await exists(old) && !await exists(target)) {
    return `restoring ${target}: ${reason}; what was there before lies in ${old}; move it back`;
  }
  return `removing ${root}: ${reason}; it holds only rests of what was made; remove it`;
}

function swapNames(a: string, b: string): boolean {
  const [left, right] = [cString(a), cString(b)];
  try {
    if (Deno.build.os === "linux") {
      using libc = openLibc({
        renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
      });
      return libc?.symbols.renameat2(AT_FDCWD, left, AT_FDCWD, right, SWAP) === 0;
    }
    if (Deno.build.os === "darwin") {
      using libc = openLibc({
        renamex_np: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
      });
      return libc?.symbols.renamex_np(left, right, SWAP) === 0;
    }
  } catch {
    // no such function here
  }
  return false;
}

async function isEmptyDirectory(path: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(path)) return false;
    return true;
  } catch {
    return false;
  }
}
