/**
 * A dataset in use is not replaced: its readers share a lock on its manifest, and who puts another in
 * its place takes that lock alone. The system frees it however its holder ends.
 *
 * @module
 */
import { join } from "node:path";
import { IntegrityError, LockedError } from "../errors.ts";
import { hashRest } from "../files/checksum.ts";
import { exists, listFolder, openRegular } from "../files/read.ts";
import { MANIFEST_FILE } from "../schema.ts";
import { damagedFile } from "./checked_files.ts";
import type { Dataset } from "./open.ts";

/**
 * Keeps a dataset from being replaced until disposed.
 *
 * @throws {LockedError} where another process is replacing it.
 * @throws {IntegrityError} where it is another than when it was opened.
 */
export async function holdDataset({ directory, hash }: Dataset): Promise<Disposable> {
  const path = join(directory, MANIFEST_FILE);
  const manifest = await openRegular(path, (found) => damagedFile(path, found));
  try {
    if (!await tryLock(manifest, false)) {
      throw new LockedError(
        `reading ${directory}: another process is replacing it; wait for it, then run again`,
      );
    }
    if (await hashRest(manifest) === hash) return manifest;
    throw new IntegrityError(
      `reading ${directory}: the dataset was replaced after it was opened; run again`,
    );
  } catch (error) {
    manifest.close();
    throw error;
  }
}

/**
 * Takes the datasets that lie in a folder for oneself, until disposed.
 *
 * @throws {LockedError} where another process reads one of them.
 */
export async function reserveDatasets(folder: string): Promise<Disposable> {
  const held = new DisposableStack();
  try {
    for (const { name } of await listFolder(folder, (found) => damagedFile(folder, found))) {
      const path = join(folder, name, MANIFEST_FILE);
      if (!await exists(path)) continue;
      const manifest = held.use(await openRegular(path, (found) => damagedFile(path, found)));
      if (await tryLock(manifest, true)) continue;
      throw new LockedError(
        `replacing ${join(folder, name)}: another process is training or evaluating on it; ` +
          "wait for it or stop it, or choose another --out",
      );
    }
    return held;
  } catch (error) {
    held.dispose();
    throw error;
  }
}

/** Some file systems have no locks: what was checked is then told from what came later alone. */
async function tryLock(file: Deno.FsFile, alone: boolean): Promise<boolean> {
  try {
    return await file.tryLock(alone);
  } catch {
    return true;
  }
}
