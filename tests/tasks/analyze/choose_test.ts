import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { Run } from "../../../model/run/run.ts";
import {
  type FigureNumber,
  figureNumbers,
  needsModel,
  requireReaders,
  usualFigures,
} from "../../../tasks/analyze/choose.ts";

const both = { config: resolveConfig({}) } as Run;
const alone = { config: resolveConfig({ mtl: false }) } as Run;

Deno.test("figures are named by their numbers, in the order asked for", () => {
  assert.deepEqual(figureNumbers("11, 3"), [11, 3]);
});

Deno.test("a figure that shows no data is refused", () => {
  for (const text of ["2", "1,7", "", "one", "3.0"]) {
    assert.throws(() => figureNumbers(text), InvalidArgumentError, text);
  }
});

Deno.test("datasets give their frequencies and lengths", () => {
  assert.deepEqual(usualFigures([]), [1, 3]);
});

Deno.test("a run of both branches gives label vectors and losses, others losses alone", () => {
  assert.deepEqual(usualFigures([both]), [9, 10, 11]);
  assert.deepEqual(usualFigures([alone]), [11]);
  assert.deepEqual(usualFigures([both, both]), [11]);
});

Deno.test("label vectors and losses need the model, metrics and datasets do not", () => {
  assert.deepEqual(([1, 3, 8, 9, 10, 11, 12, 13] as const).filter(needsModel), [9, 10, 11]);
});

Deno.test("fault 83: what no figure reads is refused, with the figures that would", () => {
  const cases: [FigureNumber[], object, RegExp][] = [
    [
      [1, 3],
      { data: ["d"], split: "dev" },
      /figures 1, 3: none of them reads --split; .* some of 11$/,
    ],
    [[9], { run: ["r"], data: ["d"] }, /none of them reads --data; .* some of 1, 3, 11$/],
    [
      [1],
      { run: ["r"], data: ["d"] },
      /none of them reads --run; .* some of 8, 9, 10, 11, 12, 13$/,
    ],
  ];
  for (const [figures, given, message] of cases) {
    assert.throws(() => requireReaders(figures, given), { name: "UsageError", message });
  }
});

Deno.test("what one of several figures reads is taken", () => {
  requireReaders([3, 11], { data: ["d"], run: ["r"], split: "dev" });
  requireReaders([11], { data: ["moved"], run: ["r"] });
  requireReaders([9, 10], { run: ["r"], split: undefined });
});
