import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import {
  checkPatients,
  PUBLISHED_SHARES,
  readPublishedLists,
  splitByLists,
  splitByPatient,
} from "../../../pipeline/prepare/splits.ts";
import { temporary } from "../../_support/tiny.ts";

const documents = (patients: readonly (string | number)[]) =>
  patients.map((patient, i) => ({ id: `d${i}`, patient: `${patient}` }));

Deno.test("patients are dealt out in the published proportions", () => {
  const cohort = documents(Array.from({ length: 52_726 }, (_, i) => i % 40_000));
  const splits = splitByPatient(cohort, PUBLISHED_SHARES, 1);
  const count = (split: string) => splits.filter((s) => s === split).length;
  assert.ok(Math.abs(count("dev") - 1_631) <= 1, `${count("dev")}`);
  assert.ok(Math.abs(count("test") - 3_372) <= 1, `${count("test")}`);
  checkPatients(cohort, splits);
});

Deno.test("property: no patient in two splits, every split has one, order does not matter", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 80 }),
    fc.integer({ min: 0 }),
    (patients, seed) => {
      const cohort = documents(patients);
      const splits = splitByPatient(cohort, PUBLISHED_SHARES, seed);
      checkPatients(cohort, splits);
      const wanted = new Set(patients).size >= 3 ? 3 : 1;
      assert.equal(new Set(splits).size, wanted);
      const backwards = splitByPatient(cohort.toReversed(), PUBLISHED_SHARES, seed);
      assert.deepEqual(backwards.reverse(), splits);
    },
  ));
});

Deno.test("another seed deals otherwise; a share of nothing gets nothing", () => {
  const cohort = documents(Array.from({ length: 1_000 }, (_, i) => i));
  const shares = { train: 8, dev: 1, test: 1 };
  assert.notDeepEqual(splitByPatient(cohort, shares, 1), splitByPatient(cohort, shares, 2));
  assert.ok(!splitByPatient(cohort, { ...shares, test: 0 }, 1).includes("test"));
});

Deno.test("published lists: exactly the listed documents, the missing ones counted", () => {
  const lists = {
    train: new Set(["d0", "d1", "gone"]),
    dev: new Set(["d2"]),
    test: new Set(["lost", "away"]),
  };
  assert.deepEqual(splitByLists(documents([1, 1, 2, 3]), lists), {
    splits: ["train", "train", "dev", null],
    missing: { train: 1, dev: 0, test: 2 },
  });
});

Deno.test("published lists: a patient or an id in two splits is refused", () => {
  const lists = { train: new Set(["d0"]), dev: new Set(["d1"]), test: new Set<string>() };
  assert.throws(() => splitByLists(documents([7, 7]), lists), {
    name: IntegrityError.name,
    message: /patient 7 is in both train and dev/,
  });
  const twice = { ...lists, test: new Set(["d0"]) };
  assert.throws(() => splitByLists(documents([7, 8]), twice), /id d0 is on the lists of train and/);
});

Deno.test("lists are read as ids; missing ones and other text are refused", async () => {
  await using directory = await temporary();
  const write = (name: string, text: string) =>
    Deno.writeTextFile(join(directory.path, `${name}_full_hadm_ids.csv`), text);
  await write("train", "\ufeff1\r\n2\r\n2\r\n");
  await assert.rejects(readPublishedLists(directory.path, "full"), (error: Error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, /no .*dev_full_hadm_ids.csv, no .*test_full_hadm_ids.csv/);
    return true;
  });
  await write("dev", "3");
  await write("test", "");
  const { lists } = await readPublishedLists(directory.path, "full");
  assert.deepEqual(lists, { train: new Set(["1", "2"]), dev: new Set(["3"]), test: new Set() });
  await write("test", "HADM_ID\n4\n");
  await assert.rejects(readPublishedLists(directory.path, "full"), /line 1 is no HADM_ID/);
});
