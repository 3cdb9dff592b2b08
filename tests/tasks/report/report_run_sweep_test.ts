import { noShim } from "../../_support/sweep/shim.ts";
import { assertNothingLost, runSweep } from "../../_support/sweep/run_sweep.ts";

Deno.test(
  "faults 29, 31–32: evaluate, ended at calls of every kind, leaves each file old or new; again, it " +
    "makes the same bytes" + (noShim ? ` (skipped: ${noShim})` : ""),
  { ignore: noShim !== undefined },
  async () =>
    assertNothingLost(
      await runSweep("evaluate", 12),
      ["mkdir", "open", "truncate", "write", "fsync", "rename"],
    ),
);
