import assert from "node:assert/strict";
import { join } from "node:path";
import {
  formatResult,
  parseResult,
  percent,
  readResult,
  type RunResult,
  writeResult,
} from "../../../tasks/reproduce/result.ts";
import { temporary } from "../../_support/tiny.ts";

const result: RunResult = {
  values: { micro_f1: 0.718, macro_auc: NaN },
  counts: { hits: [1], assigned: [2], positive: [3], precision: [0.2] },
  split: "test",
  epochs: 12,
  parameters: 1234567,
  seconds: 98.5,
};

Deno.test("a result is one line, its undefined metrics null", () => {
  assert.equal(
    formatResult(result),
    '{"version":1,"values":{"micro_f1":0.718,"macro_auc":null},' +
      '"counts":{"hits":[1],"assigned":[2],"positive":[3],"precision":[0.2]},' +
      '"split":"test","epochs":12,"parameters":1234567,"seconds":98.5}',
  );
});

Deno.test("a result is read back as it was written", async () => {
  await using directory = await temporary();
  assert.equal(await readResult(directory.path), undefined);
  await writeResult(directory.path, result);
  assert.deepEqual(await readResult(directory.path), result);
  await Deno.writeTextFile(join(directory.path, "result.json"), "");
  assert.equal(await readResult(directory.path), undefined);
});

Deno.test("a result that is not as it was written is none", () => {
  const text = formatResult(result);
  const damaged = [
    text.slice(0, -1),
    text.replace('"version":1', '"version":2'),
    text.replace('"epochs":12,', ""),
    text.replace('"epochs"', '"steps":1,"epochs"'),
    text.replace('"test"', '"train"'),
    text.replace("[0.2]", '["0.2"]'),
  ];
  for (const text of damaged) assert.equal(parseResult(text), undefined, text);
});

Deno.test("a value is in percent, NaN where there is none", () => {
  assert.equal(percent(result, "micro_f1"), 71.8);
  assert.equal(percent(result, "macro_auc"), NaN);
  assert.equal(percent(result, "map"), NaN);
});
