/**
 * Files that a kernel makes up: of `/proc` and `/sys`. Linux only.
 *
 * @module
 */
import { cString, openLibc } from "./libc.ts";

const READ_ONLY = 0;

/** Bytes of such a file that are read. */
const MOST = 16384;

/**
 * The first 16 kB of a file of `/proc` or `/sys`, which Deno itself opens under `--allow-all` only;
 * empty where there is none.
 */
export function readProcFile(path: string): string {
  using libc = openLibc({
    open: { parameters: ["buffer", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  });
  if (!libc) return "";
  const file = libc.symbols.open(cString(path), READ_ONLY);
  if (file < 0) return "";
  const bytes = new Uint8Array(MOST);
  let length = 0;
  while (length < bytes.length) { // one call gives a page at most
    const rest = bytes.subarray(length);
    const count = Number(libc.symbols.read(file, rest, BigInt(rest.length)));
    if (count <= 0) break;
    length += count;
  }
  libc.symbols.close(file);
  return new TextDecoder().decode(bytes.subarray(0, length));
}
