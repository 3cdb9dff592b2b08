import assert from "node:assert/strict";
import { join } from "node:path";
import {
  formatResult,
  parseResult,
  percent,
  readResult,
  type RunResult,
  writeResult,
} from "../../../tasks/experiment/result.ts";
import { temporary } from "../../_support/tiny.ts";

const icd = {
  values: { micro_f1: 0.718, macro_auc: NaN },
  counts: { hits: [1], assigned: [2], positive: [3], precision: [0.2] },
};

const result: RunResult = {
  tasks: { icd },
  split: "test",
  epochs: 12,
  parameters: 1234567,
  seconds: 98.5,
};

Deno.test("a result is one line, its undefined metrics null, and vouches for itself", () => {
  const text = formatResult(result);
  assert.equal(
    text.replace(/,"sha256":"[0-9a-f]{64}"/, ""),
    '{"version":3,"tasks":{"icd":{"values":{"micro_f1":0.718,"macro_auc":null},' +
      '"counts":{"hits":[1],"assigned":[2],"positive":[3],"precision":[0.2]}}},' +
      '"split":"test","epochs":12,"parameters":1234567,"seconds":98.5}\n',
  );
  assert.match(text, /,"sha256":"[0-9a-f]{64}"\}\n$/);
});

Deno.test("a result may say its score on dev, undefined ones too, and what evaluated it", () => {
  for (const best of [0.5, null]) {
    const more = { ...result, best, engine: "an abacus" };
    assert.deepEqual(parseResult(formatResult(more)), more);
  }
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
    text.slice(0, -2),
    text.replace('"version":3', '"version":4'),
    text.replace('"epochs":12,', '"epochs":13,'),
    text.replace('"icd"', '"drg"'),
    text.replace('"epochs":12,', ""),
    text.replace('"epochs"', '"steps":1,"epochs"'),
    text.replace('"test"', '"train"'),
    text.replace("[0.2]", '["0.2"]'),
  ];
  for (const text of damaged) assert.equal(parseResult(text), undefined, text);
});

Deno.test("fault 41: a result of an earlier version, which has no digest, is none: it is made anew", () => {
  const { split, epochs, parameters, seconds } = result;
  const first = { version: 1, ...icd, split, epochs, parameters, seconds };
  assert.equal(parseResult(JSON.stringify(first)), undefined);
  assert.equal(parseResult(JSON.stringify({ version: 2, ...result })), undefined);
});

Deno.test("a value is in percent, NaN where there is none", () => {
  assert.equal(percent(icd, "micro_f1"), 71.8);
  assert.equal(percent(icd, "macro_auc"), NaN);
  assert.equal(percent(icd, "map"), NaN);
});
