import { sweepTest } from "../../_support/sweep/register.ts";
import { assertNothingLost, runSweep } from "../../_support/sweep/run_sweep.ts";

const KINDS = ["mkdir", "open", "write", "fsync", "rename", "link", "unlink"];

/** A sample of what `deno task test:soak` sweeps whole. */
const SAMPLES = [
  ["prepare --force", 24, KINDS],
  ["prepare --force in two steps", 1, ["rename"]],
] as const;

for (const [subject, stride, kinds] of SAMPLES) {
  sweepTest(
    `faults 27, 29, 31–32: ${subject}, ended at calls of every kind, keeps the old datasets or has ` +
      "the new; again, it makes the same bytes",
    async () => assertNothingLost(await runSweep(subject, stride), kinds),
  );
}
