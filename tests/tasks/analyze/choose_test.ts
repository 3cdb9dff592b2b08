import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { Run } from "../../../model/run/run.ts";
import { figureNumbers, needsModel, usualFigures } from "../../../tasks/analyze/choose.ts";

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
