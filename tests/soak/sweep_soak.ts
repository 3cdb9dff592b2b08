import { assertNothingLost, describeSweep, runSweep } from "../_support/sweep/run_sweep.ts";

/** What is swept, at every call. */
const SUBJECTS = [
  "train",
  "train --resume",
  "evaluate",
  "prepare --force in two steps",
  "prepare --force",
  "prepare",
];

for (const subject of SUBJECTS) {
  Deno.test(`${subject}, ended at every call in every way, loses nothing`, async () => {
    const report = await runSweep(subject, 1);
    console.log(describeSweep(subject, report));
    assertNothingLost(report, ["rename"]);
  });
}
