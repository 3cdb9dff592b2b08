import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { median, spreadOf, timeRuns } from "../../../tasks/bench/measure.ts";

Deno.test("the median of an even number of values is the mean of the middle two", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([5, 1, 3]), 3);
});

Deno.test("a spread has the median and the range", () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, least: 1, greatest: 4 });
  assert.deepEqual(spreadOf([7]), { median: 7, least: 7, greatest: 7 });
});

Deno.test("a spread needs a value", () => {
  assert.throws(() => spreadOf([]), /expected at least one/);
});

Deno.test("runs are timed each by itself, and the first is not counted", async () => {
  const lasting = [8000, 1000, 2000, 4000];
  const real = performance.now;
  let now = 0;
  performance.now = () => now;
  try {
    const seconds = await timeRuns(3, () => void (now += lasting.shift()!));
    assert.deepEqual(seconds, [1, 2, 4]);
  } finally {
    performance.now = real;
  }
});

Deno.test({
  name: "a process's peak memory is its own, not what its parent held when it started",
  ignore: Deno.build.os !== "linux",
}, async () => {
  const measure = new URL("../../../tasks/bench/measure.ts", import.meta.url).href;
  const held = new Uint8Array(300_000_000).fill(1);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `import { peakMemory } from "${measure}"; console.log(peakMemory());`],
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
  }).output();
  const peak = Number(new TextDecoder().decode(stdout));
  assert.ok(peak > 1e7 && peak < held.length, `${peak} bytes`);
});
