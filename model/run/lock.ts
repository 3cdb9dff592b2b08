/**
 * One trainer per run directory: an advisory lock that the system frees when its holder dies, however
 * it dies.
 *
 * @module
 */
import { join } from "node:path";
import { LockedError } from "../../pipeline/errors.ts";
import { writeFailure } from "../../pipeline/files/write.ts";

/** A held lock; disposing frees it. */
export type RunLock = Disposable;

/**
 * Takes `run.lock` in `directory`, leaving this process's id in it. Throws {@linkcode LockedError}
 * with the holder's id when another process has it.
 */
export async function lockRun(directory: string): Promise<RunLock> {
  const path = join(directory, "run.lock");
  const file = await open(path);
  try {
    if (!await file.tryLock(true)) {
      const holder = (await Deno.readTextFile(path)).trim() || "unknown";
      throw new LockedError(
        `locking ${directory}: process ${holder} is training in it; ` +
          `wait for it or stop it, or choose another --out`,
      );
    }
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    file.close();
    throw error;
  }
  // The file itself stays: removing it would let two later comers lock two different files.
  return { [Symbol.dispose]: () => file.close() };
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    throw writeFailure(path, 8, error);
  }
}
