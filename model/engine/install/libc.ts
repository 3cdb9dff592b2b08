/**
 * What Deno has no call for and the engine needs: files of `/proc`, and stderr turned off for a moment.
 * Linux only.
 *
 * @module
 */
import { cString, openLibc } from "../../../pipeline/files/libc.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
} as const;

const READ_ONLY = 0;
const WRITE_ONLY = 1;
const STDERR = 2;

/** The first 16 kB of a file of `/proc`, which Deno itself opens under `--allow-all` only. */
export function readProcFile(path: string): string {
  using libc = openLibc(SYMBOLS);
  if (!libc) return "";
  const file = libc.symbols.open(cString(path), READ_ONLY);
  if (file < 0) return "";
  const bytes = new Uint8Array(16384);
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

/** Runs `work`, during which what the process writes to stderr is lost. */
export function withoutStderr<T>(work: () => T): T {
  using libc = openLibc(SYMBOLS);
  if (!libc) return work();
  const { open, close, dup, dup2 } = libc.symbols;
  const saved = dup(STDERR);
  const nowhere = open(cString("/dev/null"), WRITE_ONLY);
  if (saved < 0 || nowhere < 0) return work();
  dup2(nowhere, STDERR);
  try {
    return work();
  } finally {
    dup2(saved, STDERR);
    close(saved);
    close(nowhere);
  }
}
