/**
 * What Deno has no call for and the engine needs: stderr turned off for a moment. Linux only.
 *
 * @module
 */
import { cString, openLibc } from "../../../pipeline/files/libc.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
} as const;

const WRITE_ONLY = 1;
const STDERR = 2;

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
