import assert from "node:assert/strict";
import {
  counted,
  formatCount,
  formatDuration,
  formatPercent,
  formatWhole,
  quoteArgument,
} from "../../../tasks/cli/format.ts";

/** One test for each function: what it is given, and what it makes of it. */
function table<T>(name: string, format: (value: T) => string, rows: readonly [T, string][]): void {
  Deno.test(name, () => {
    assert.deepEqual(rows.map(([value]) => [value, format(value)]), rows);
  });
}

table("a count is a noun's singular or plural", (count: number) => counted(count, "run"), [
  [0, "0 runs"],
  [1, "1 run"],
  [22, "22 runs"],
]);

table("a count stays short", formatCount, [
  [0, "0"],
  [999, "999"],
  [12345, "12.3k"],
  [1.2e6, "1.20M"],
]);

table("a whole number keeps its digits, three by three", formatWhole, [
  [7, "7"],
  [14970516, "14,970,516"],
]);

table("a duration has two units at most", formatDuration, [
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [65, "1 min 05 s"],
  [3600, "1 h 00 min"],
  [7619, "2 h 06 min"],
]);

table("a share is in percent, an undefined one blank", (share: number) => formatPercent(share), [
  [0, "0.0"],
  [0.7184, "71.8"],
  [1, "100.0"],
  [NaN, ""],
]);

table("an argument is quoted where a shell would read more than itself", quoteArgument, [
  ["--out=runs/a,b:1", "--out=runs/a,b:1"],
  ["w/o RAM", "'w/o RAM'"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
]);
