/**
 * Reads of files and of what is there.
 *
 * @module
 */

/** Whether there is anything at `path`: a file, a folder, or a link, wherever it leads. */
export function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

/** Whether there is a file at `path`, or a link that leads to one. */
export function isFile(path: string): Promise<boolean> {
  return Deno.stat(path).then((found) => found.isFile, () => false);
}

/** Fills `bytes` from byte `at` of a file; whether it is long enough. */
export function readAt(file: Deno.FsFile, at: number, bytes: Uint8Array): boolean {
  file.seekSync(at, Deno.SeekMode.Start);
  for (let done = 0; done < bytes.length;) {
    const read = file.readSync(bytes.subarray(done));
    if (read === null) return false;
    done += read;
  }
  return true;
}
