/** Files that open, and cannot be read: a disk that fails, a share that is gone. */

/** While it is not disposed, every read of an open file fails as on a broken disk. */
export function failReads(): Disposable {
  return readBy(() => {
    throw new Error("Input/output error (os error 5)");
  });
}

/** While it is not disposed, every open file has nothing more to read. */
export function endReads(): Disposable {
  return readBy(() => null);
}

function readBy(read: () => null): Disposable {
  const FsFile = Deno.FsFile.prototype;
  const { readSync } = FsFile;
  FsFile.readSync = read;
  return { [Symbol.dispose]: () => void (FsFile.readSync = readSync) };
}

/** The message of what is then thrown. */
export const UNREADABLE = /^reading .*: Input\/output error \(os error 5\); make it readable/;
