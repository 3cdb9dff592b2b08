/** Registers tests that watch a process; skipped where none can be watched. */
import { noShim } from "./shim.ts";

/** A test of what becomes of work that is ended; its name says why it is skipped. */
export function sweepTest(name: string, body: () => Promise<void>): void {
  Deno.test({
    name: noShim === undefined ? name : `${name} (skipped: ${noShim})`,
    ignore: noShim !== undefined,
    fn: body,
  });
}
