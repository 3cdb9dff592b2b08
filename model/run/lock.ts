/**
 * One trainer, and one evaluation, per run directory: advisory locks that the system frees when their
 * holder dies, however it dies.
 *
 * @module
 */
import { join } from "node:path";
import { LockedError } from "../../pipeline/errors.ts";
import { makeDirectory, writeAll, writeFailure } from "../../pipeline/files/write.ts";

/** The file whose lock a trainer holds. */
export const LOCK_FILE = "run.lock";

/** The file whose lock an evaluation holds; a run may be evaluated while it is trained. */
export const EVALUATION_LOCK_FILE = "evaluate.lock";

/** Longer than {@linkcode isTraining} holds a lock. */
const LOOK_MILLISECONDS = 100;

/** A held lock; disposing frees it. */
export type RunLock = Disposable;

/**
 * Takes `run.lock` in `directory`, leaving this process's id in it. Throws {@linkcode LockedError}
 * with the holder's id when another process has it, and `ResourceError` where it cannot be written.
 */
export function lockRun(directory: string): Promise<RunLock> {
  const remedy = "training in it; wait for it or stop it, or choose another --out";
  return takeLock(directory, LOCK_FILE, remedy);
}

/** {@linkcode lockRun} for who writes an evaluation into a run. */
export function lockEvaluation(directory: string): Promise<RunLock> {
  return takeLock(directory, EVALUATION_LOCK_FILE, "evaluating it; wait for it or stop it");
}

/**
 * Takes the lock of a run that is one of a plan, from its training to its evaluation.
 *
 * @param out folder of the plan's runs, with their locks in `locks/`; made where it is missing.
 * @param name of the run.
 * @throws {LockedError} with the holder's id when another process has it.
 * @throws {ResourceError} where it cannot be written.
 */
export async function lockPlanned(out: string, name: string): Promise<RunLock> {
  const locks = join(out, "locks");
  await makeDirectory(locks);
  return await takeLock(locks, `${name}.lock`, `at the run ${name}; wait for it or stop it`);
}

/**
 * Whether a process trains in a run now. It looks by taking a shared lock for a moment, which a trainer
 * that begins just then waits for.
 */
export async function isTraining(directory: string): Promise<boolean> {
  try {
    using file = await Deno.open(join(directory, LOCK_FILE), { read: true });
    return !await file.tryLock(false);
  } catch {
    return false; // there is no lock, or none that this process may see
  }
}

async function takeLock(directory: string, name: string, remedy: string): Promise<RunLock> {
  const path = join(directory, name);
  const file = await open(path);
  try {
    if (!await file.tryLock(true) && !await lockLater(file)) {
      const holder = (await Deno.readTextFile(path).catch(() => "")).trim() || "unknown";
      throw new LockedError(
        `locking ${directory}: process ${holder} is ${remedy}`,
      );
    }
    await file.truncate();
    await writeAll(file, new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    file.close();
    throw writeFailure(path, 8, error);
  }
  // The file itself stays: removing it would let two later comers lock two different files.
  return { [Symbol.dispose]: () => file.close() };
}

/** Tries once more, when whoever only looked has let go. */
async function lockLater(file: Deno.FsFile): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  return await file.tryLock(true);
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    throw writeFailure(path, 8, error);
  }
}
