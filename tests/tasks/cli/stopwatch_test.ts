import assert from "node:assert/strict";
import { createStopwatch } from "../../../tasks/cli/stopwatch.ts";

Deno.test("stages are summed up in order, with what all of them took", async () => {
  let now = 5000;
  const stopwatch = createStopwatch(() => now);
  const work = (milliseconds: number) => () => {
    now += milliseconds;
    return Promise.resolve(milliseconds);
  };
  assert.equal(await stopwatch.time("cohort", work(3100)), 3100);
  now += 60_000; // what is done between stages does not count
  await stopwatch.time("train", work(41_200));
  await assert.rejects(stopwatch.time("evaluate", () => Promise.reject(new Error("stopped"))));
  assert.deepEqual(stopwatch.seconds, { cohort: 3.1, train: 41.2 });
  assert.equal(stopwatch.summary(), "cohort 3 s, train 41 s, in all 44 s");
});
