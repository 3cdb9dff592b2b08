import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import {
  isRun,
  readRecord,
  recordPath,
  rewriteConfig,
  type RunRecord,
  writeRecord,
} from "../../../model/run/record.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { Earlier } from "../../_support/earlier.ts";
import { sampleDataset, sampleEngine } from "../../_support/sample_run.ts";
import { temporary } from "../../_support/tiny.ts";

const digest = (digit: string) => digit.repeat(64);
const record: RunRecord = {
  version: 2,
  config: resolveConfig({}),
  dataset: sampleDataset,
  engine: sampleEngine,
  versions: { deno: "2" },
  files: {
    "vocabulary.txt": digest("2"),
    "labels/icd.csv": digest("3"),
    "labels/ccs.csv": digest("4"),
    "bert.json": digest("5"),
  },
  init: undefined,
};

Deno.test("a record comes back as it was written", async () => {
  await using directory = await temporary();
  await writeRecord(directory.path, record);
  const { intact, configHash: _hash, ...read } = await readRecord(directory.path);
  assert.deepEqual(read, record);
  assert.ok(intact);
});

Deno.test("a record that does not say where its notes are from is MIMIC-III's, or a corpus's", async () => {
  for (
    const [restricted, synthetic, source] of [
      [true, false, "mimic3"],
      [false, true, "mimic3"],
      [false, false, "corpus"],
    ] as const
  ) {
    await using directory = await temporary();
    const dataset = { ...record.dataset, restricted, synthetic, source: undefined as never };
    await writeRecord(directory.path, { ...record, dataset });
    assert.equal((await readRecord(directory.path)).dataset.source, source);
  }
});

Deno.test("a folder without a record is no run", async () => {
  await using directory = await temporary();
  assert.ok(!await isRun(directory.path));
  await assert.rejects(readRecord(directory.path), {
    name: UsageError.name,
    message: /config.json: it does not exist; name a directory that deno task train wrote$/,
  });
});

Deno.test("fault 40: an edited record is told from one that was written", async () => {
  await using directory = await temporary();
  await writeRecord(directory.path, record);
  const text = await Deno.readTextFile(recordPath(directory.path));
  await Deno.writeTextFile(recordPath(directory.path), text.replace('"seed": 1', '"seed": 2'));
  assert.equal((await readRecord(directory.path)).intact, false);
});

for (
  const [what, change] of [
    ["a key twice", (text) => text.replace('"seed": 1', '"seed": 1,\n    "seed": 2')],
    ["a prototype", (text) => text.replace('"format"', '"__proto__": {},\n  "format"')],
    ["a constructor", (text) => text.replace('"gamma"', '"constructor": {},\n      "gamma"')],
    ["an unknown key", (text) => text.replace('"gamma"', '"gama"')],
    ["a number that is none", (text) => text.replace('"gamma": 2', '"gamma": NaN')],
    ["a number too large", (text) => text.replace('"gamma": 2', '"gamma": 1e999')],
    ["a hundred levels", (text) => text.replace('"gamma": 2', `"gamma": ${"[".repeat(100)}`)],
    ["its end cut off", (text) => text.slice(0, 300)],
    ["no digest of itself", (text) => text.replace(/,\s*"sha256": "\w+"\s*}\s*$/, "}")],
    ["no digest of its vocabulary", (text) => text.replace(/"vocabulary.txt": "\w+",/, "")],
  ] as [string, (text: string) => string][]
) {
  Deno.test(`fault 46: a record with ${what} is refused in one line`, async () => {
    await using directory = await temporary();
    await writeRecord(directory.path, record);
    const path = recordPath(directory.path);
    const text = await Deno.readTextFile(path);
    assert.notEqual(change(text), text);
    await Deno.writeTextFile(path, change(text));
    await assert.rejects(readRecord(directory.path), {
      name: IntegrityError.name,
      message: /^reading .*config\.json: [^\n]+; expected a run of format version 1 or 2; [^\n]+$/,
    });
  });
}

Deno.test("fault 46: what is wrong is named: the key, the line", async () => {
  await using directory = await temporary();
  const path = recordPath(directory.path);
  const cases = [
    ['"seed": 1', '"seed": 1,\n    "seed": 2', /the key seed twice \(line \d+\)/],
    ['"gamma": 2', '"gamma": -2', /loss\.gamma is -2, expected at least 0/],
    ['"dimensions": 100', '"dimensions": 0', /dataset\.dimensions/],
  ] as const;
  for (const [from, to, message] of cases) {
    await writeRecord(directory.path, record);
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace(from, to));
    await assert.rejects(readRecord(directory.path), message);
  }
});

Deno.test("fault 70: a record that is a folder is refused", async () => {
  await using directory = await temporary();
  await Deno.mkdir(recordPath(directory.path));
  await assert.rejects(readRecord(directory.path), {
    name: UsageError.name,
    message: /config\.json: it is a folder; name a directory/,
  });
});

Deno.test("what may change of a configuration changes, and the record is sealed again", async () => {
  await using directory = await temporary();
  await writeRecord(directory.path, record);
  await rewriteConfig(directory.path, assign(record.config, { epochs: 7, patience: 3, seed: 9 }));
  const { config, intact } = await readRecord(directory.path);
  assert.deepEqual(config, assign(record.config, { epochs: 7, patience: 3 }));
  assert.ok(intact);
});

Deno.test("fault 41: a record of format version 1 is read, and stays of it", async () => {
  using earlier = new Earlier();
  const { version, config } = await readRecord(earlier.run);
  assert.equal(version, 1);
  await rewriteConfig(earlier.run, assign(config, { epochs: 7 }));
  const again = await readRecord(earlier.run);
  assert.deepEqual([again.version, again.config.epochs], [1, 7]);
});
