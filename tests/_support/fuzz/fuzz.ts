/** Reads damaged files, and holds what comes of it against what a reader promises. */
import fc from "fast-check";
import assert from "node:assert/strict";
import process from "node:process";
import { ReportedError } from "../../../pipeline/errors.ts";
import { PIECE_BYTES } from "../../../pipeline/files/read.ts";
import { damaged } from "./mutate.ts";

/** A reader of files. */
export interface Reader<Content> {
  /** Files that are whole. */
  readonly valid: readonly Uint8Array[];
  /** Reads a file of these bytes; refuses with a {@linkcode ReportedError}. */
  read(bytes: Uint8Array): Content | Promise<Content>;
  /** Holds what was read without an error against the bytes. */
  check(content: Content, bytes: Uint8Array): void;
}

/** No file takes longer, in milliseconds of the processor's time: others use the machine, too. */
const LONGEST = 1000;

/** Reads so many damaged files. Returns how many were read without an error. */
export async function fuzz<Content>(
  reader: Reader<Content>,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): Promise<number> {
  for (const bytes of reader.valid) reader.check(await reader.read(bytes), bytes);
  let accepted = 0;
  const attempt = async (bytes: Uint8Array) => {
    const start = process.cpuUsage();
    const { found, largest } = await watched(() => reader.read(bytes));
    const { user, system } = process.cpuUsage(start);
    // Files are read a piece at a time, whatever their size.
    assert.ok(largest <= 2 * bytes.length + 2 * PIECE_BYTES, `an array of ${largest} bytes`);
    if ("error" in found) assertReported(found.error);
    else {
      accepted++;
      reader.check(found.content, bytes);
    }
    return (user + system) / 1000;
  };
  await fc.assert(
    fc.asyncProperty(damaged(reader.valid), async (bytes) => {
      if (await attempt(bytes) < LONGEST) return;
      assert.ok(await attempt(bytes) < LONGEST, "it takes long, and not by chance");
    }),
    { numRuns: runs, seed },
  );
  return accepted;
}

const ARRAYS = ["Uint8Array", "Int32Array", "Float32Array", "BigInt64Array"] as const;

/** What came of reading, and how large the largest array was that was made for it, in bytes. */
async function watched<Content>(read: () => Content | Promise<Content>) {
  using allocations = new Allocations();
  const found = await attemptTo(read);
  return { found, largest: allocations.largest };
}

async function attemptTo<Content>(
  read: () => Content | Promise<Content>,
): Promise<{ readonly content: Content } | { readonly error: unknown }> {
  try {
    return { content: await read() };
  } catch (error) {
    return { error };
  }
}

function assertReported(error: unknown): void {
  assert.ok(error instanceof ReportedError, (error as Error).stack ?? String(error));
  assert.doesNotMatch(error.message, /\n/);
}

/** Notes how large the arrays are that are made while it is not disposed. */
class Allocations implements Disposable {
  /** Bytes of the largest. */
  largest = 0;
  readonly #originals = ARRAYS.map((name) => [name, globalThis[name]] as const);

  constructor() {
    for (const [name, original] of this.#originals) {
      const construct = (target: typeof original, args: unknown[], self: unknown) => {
        const [length] = args;
        if (typeof length === "number") {
          this.largest = Math.max(this.largest, length * original.BYTES_PER_ELEMENT);
        }
        return Reflect.construct(target, args, self as typeof original);
      };
      const watched = new Proxy(original, { construct: construct as never });
      Object.defineProperty(globalThis, name, { value: watched });
    }
  }

  [Symbol.dispose](): void {
    for (const [name, original] of this.#originals) {
      Object.defineProperty(globalThis, name, { value: original });
    }
  }
}
