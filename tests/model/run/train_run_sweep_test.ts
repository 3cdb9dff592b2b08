import { sweepTest } from "../../_support/sweep/register.ts";
import { assertNothingLost, runSweep } from "../../_support/sweep/run_sweep.ts";

const KINDS = ["mkdir", "open", "truncate", "write", "fsync", "rename", "link"];

/** A sample of what `deno task test:soak` sweeps whole. */
const SAMPLES = [
  ["train", 16, KINDS],
  ["train --resume", 16, [...KINDS, "unlink"]],
] as const;

for (const [subject, stride, kinds] of SAMPLES) {
  sweepTest(
    `faults 28–29, 31–32: ${subject}, ended at calls of every kind, keeps whole checkpoints and ` +
      "goes on to the same bytes",
    async () => assertNothingLost(await runSweep(subject, stride), kinds),
  );
}
