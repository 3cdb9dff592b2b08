import { sweepTest } from "../../_support/sweep/register.ts";
import { assertNothingLost, runSweep } from "../../_support/sweep/run_sweep.ts";

sweepTest(
  "faults 29, 31–32: evaluate, ended at calls of every kind, leaves each file old or new; again, it " +
    "makes the same bytes",
  async () =>
    assertNothingLost(
      await runSweep("evaluate", 12),
      ["mkdir", "open", "truncate", "write", "fsync", "rename"],
    ),
);
