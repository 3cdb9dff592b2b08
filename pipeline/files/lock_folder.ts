/**
 * One process at a time in a folder that leaves no lock behind.
 *
 * @module
 */
import { LockedError } from "../errors.ts";

/**
 * Takes a folder until the result is disposed, by a lock of the system's that ends with this process. Where
 * folders have none (Windows, some networks) it is taken as it is.
 *
 * @throws {LockedError} while another process has it.
 */
export async function lockFolder(folder: string): Promise<Disposable> {
  const opened = await Deno.open(folder, { read: true }).catch(() => undefined);
  const isFree = await opened?.tryLock(true).catch(() => true);
  const close = () => opened?.close();
  if (isFree !== false) return { [Symbol.dispose]: close };
  close();
  throw new LockedError(
    `writing into ${folder}: another process does; expected to be the only one; wait for it, or choose ` +
      "another",
  );
}
