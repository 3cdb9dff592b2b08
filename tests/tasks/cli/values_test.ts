import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import {
  byteSize,
  collect,
  decimal,
  integer,
  minutes,
  naturalNumber,
  plantings,
  positiveNumber,
  probability,
  resamples,
  scale,
  splitNames,
  splitShares,
} from "../../../tasks/cli/values.ts";

/** One test for each kind of value: texts that it has, and texts that it refuses. */
function table<T>(
  kind: string,
  read: (text: string) => T,
  values: readonly [string, T][],
  refused: readonly string[],
): void {
  Deno.test(`${kind} is read from its text, and nothing else is`, () => {
    assert.deepEqual(values.map(([text]) => [text, read(text)]), values);
    for (const text of refused) assert.throws(() => read(text), InvalidArgumentError, text);
  });
}

table("a whole number", integer, [["-3", -3], ["0", 0], ["1e3", 1000]], [
  "1.5",
  "many",
  "Infinity",
  "9007199254740993",
  "",
  " ",
  "0x10",
  "0b1",
  "\u0663",
]);
table("a natural number", naturalNumber, [["0", 0], ["7", 7]], ["-1", "0.5", "x"]);
table("a number of resamples", resamples, [["0", 0], ["1e5", 100_000]], ["-1", "1e9", "many"]);
table("how often errors are planted", plantings, [["1", 1], ["1e3", 1000]], ["0", "1001", "many"]);
table("a positive number", positiveNumber, [["1", 1], ["7", 7]], ["0", "-1", "0.5", "x", ""]);
table("a decimal", decimal, [["-0.5", -0.5], ["2", 2]], [
  "",
  " ",
  "Infinity",
  "NaN",
  "long",
  "0x1p2",
  "1,5",
]);
table("a probability", probability, [["0", 0], ["0.25", 0.25], ["1", 1]], [
  "",
  " ",
  "-0.1",
  "1.1",
  "NaN",
  "half",
]);
table("minutes", minutes, [["0", 0], ["0.5", 0.5], ["Infinity", Infinity]], [
  "",
  "-1",
  "NaN",
  "soon",
]);
table("a scale", scale, [["0.1", 0.1], ["10", 10]], ["", "0", "-1", "10.5", "long"]);
table("a size in bytes", byteSize, [["800MB", 8e8], ["1.5gb", 1.5e9]], [
  "2",
  "2KB",
  "GB",
  "-1GB",
  "lots",
]);
table("a list of splits", splitNames, [["dev", ["dev"]], ["test,train", ["test", "train"]]], [
  "",
  "all",
  "dev,",
  "dev, test",
]);
table(
  "a list of shares",
  splitShares,
  [
    ["80,10,10", { train: 80, dev: 10, test: 10 }],
    ["1,0,0", { train: 1, dev: 0, test: 0 }],
  ],
  ["80,10", "80,10,10,0", "0,50,50", "80,-10,10", "0.8,0.1,0.1", "most,some,few"],
);

Deno.test("a repeated option gathers its values in order", () => {
  assert.deepEqual(collect("b", collect("a")), ["a", "b"]);
});
