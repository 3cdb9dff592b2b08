import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { gridPoints, parseGrid, pointName } from "../../../tasks/sweep/grid.ts";

const config = resolveConfig({});

Deno.test("a key is found with and without its group, and values have the kind of its own", () => {
  assert.deepEqual(parseGrid(config, ["loss.gamma=1, 2", "alpha=0.5", "ram=true,false"]), [
    { key: "loss.gamma", values: [1, 2] },
    { key: "loss.alpha", values: [0.5] },
    { key: "model.ram", values: [true, false] },
  ]);
});

Deno.test("every combination is a point, the last key's values changing fastest", () => {
  const axes = parseGrid(config, ["gamma=1,2", "alpha=0.5,0.9"]);
  assert.deepEqual(gridPoints(axes).map(pointName), [
    "loss.gamma = 1, loss.alpha = 0.5",
    "loss.gamma = 1, loss.alpha = 0.9",
    "loss.gamma = 2, loss.alpha = 0.5",
    "loss.gamma = 2, loss.alpha = 0.9",
  ]);
});

for (
  const [what, grid, message] of [
    ["a key that there is not", ["gama=1"], /the nearest is loss\.gamma$/],
    ["a name that several groups have", ["name=bce"], /expected one of model\.name, loss\.name$/],
    ["a grid without values", ["gamma="], /expected KEY=VALUE,VALUE/],
    ["a grid without a key", ["1,2"], /expected KEY=VALUE,VALUE/],
    ["a value of another kind", ["gamma=1,x"], /setting loss\.gamma: "x" is not a number/],
    ["a value that stands twice, in whatever spelling", ["gamma=1,1.0"], /"1" is given twice/],
    ["a key that stands twice", ["gamma=1", "loss.gamma=2"], /loss\.gamma is given twice/],
    ["the seed", ["seed=1,2"], /--seeds gives every row the same seeds/],
    ["what rows are compared by", ["monitor=map"], /it is what rows are compared by/],
    ["the system", ["model.name=cnn"], /compare systems with deno task compare/],
    [
      "more combinations than can be trained",
      ["gamma", "alpha", "icdWeight"].map((key) => `${key}=${Array(30).keys().toArray()}`),
      /27000 combinations, expected at most 10000/,
    ],
  ] as const
) {
  Deno.test(`${what} is refused`, () => {
    assert.throws(
      () => parseGrid(config, grid),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}
