import assert from "node:assert/strict";
import { finiteEstimate, formatWithInterval } from "../../../tasks/experiment/intervals.ts";

Deno.test("a cell has mean, deviation and interval, as far as there are any", () => {
  assert.equal(
    formatWithInterval({ mean: 65.14, deviation: 1.2 }, [62, 67.84]),
    "65.1 ± 1.2 (62.0–67.8)",
  );
  assert.equal(formatWithInterval({ mean: 65.14, deviation: null }, undefined), "65.1");
  assert.equal(formatWithInterval(undefined, undefined), "–");
});

Deno.test("JSON has null for what is undefined", () => {
  assert.deepEqual(finiteEstimate({ mean: NaN, deviation: NaN }), { mean: null, deviation: null });
});
