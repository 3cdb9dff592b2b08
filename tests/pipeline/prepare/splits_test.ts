import fc from "fast-check";
import assert from "node:assert/strict";
import { IntegrityError } from "../../../pipeline/errors.ts";
import {
  checkPatients,
  PUBLISHED_SHARES,
  splitByLists,
  splitByPatient,
} from "../../../pipeline/prepare/splits.ts";

const documents = (patients: readonly (string | number)[]) =>
  patients.map((patient, i) => ({ id: `d${i}`, patient: `${patient}` }));

/** Patients whose documents are in more than one split. */
function straddling(
  documents: readonly { readonly patient: string }[],
  splits: readonly (string | null)[],
): string[] {
  const splitsOf = Map.groupBy(documents.keys(), (row) => documents[row]!.patient);
  return [...splitsOf].filter(([, rows]) => new Set(rows.map((row) => splits[row])).size > 1)
    .map(([patient]) => patient);
}

Deno.test("patients are dealt out in the published proportions", () => {
  const cohort = documents(Array.from({ length: 52_726 }, (_, i) => i % 40_000));
  const splits = splitByPatient(cohort, PUBLISHED_SHARES, 1);
  const count = (split: string) => splits.filter((s) => s === split).length;
  assert.ok(Math.abs(count("dev") - 1_631) <= 1, `${count("dev")}`);
  assert.ok(Math.abs(count("test") - 3_372) <= 1, `${count("test")}`);
});

const patients = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 80 });
const seed = fc.integer({ min: 0 });

Deno.test("property: no patient is in two splits", () => {
  fc.assert(fc.property(patients, seed, (patients, seed) => {
    const cohort = documents(patients);
    assert.deepEqual(straddling(cohort, splitByPatient(cohort, PUBLISHED_SHARES, seed)), []);
  }));
});

Deno.test("fault 60: a patient whose id has several forms is in one split", () => {
  const forms = (i: number) => [`${i}`, `${i}.0`, `00${i}`, `P${i}`, `p${i}`];
  const cohort = documents(Array.from({ length: 40 }, (_, i) => forms(i)).flat());
  const splits = splitByPatient(cohort, { train: 1, dev: 1, test: 1 }, 3);
  const same = cohort.map(({ id }, i) => ({
    id,
    patient: forms(Math.floor(i / 5))[i % 5 < 3 ? 0 : 3]!,
  }));
  assert.deepEqual(straddling(same, splits), []);
  assert.equal(new Set(splits).size, 3);
});

Deno.test("property: every split has a patient where there are three, else only train", () => {
  fc.assert(fc.property(patients, seed, (patients, seed) => {
    const splits = splitByPatient(documents(patients), PUBLISHED_SHARES, seed);
    assert.equal(new Set(splits).size, new Set(patients).size >= 3 ? 3 : 1);
  }));
});

Deno.test("property: a document's split does not depend on the order of the documents", () => {
  fc.assert(fc.property(patients, seed, (patients, seed) => {
    const cohort = documents(patients);
    const backwards = splitByPatient(cohort.toReversed(), PUBLISHED_SHARES, seed);
    assert.deepEqual(backwards.reverse(), splitByPatient(cohort, PUBLISHED_SHARES, seed));
  }));
});

Deno.test("property: the check of patients refuses exactly those splits in which one straddles", () => {
  const split = fc.constantFrom("train", "dev", "test", null);
  const dealt = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), split), { maxLength: 12 });
  fc.assert(fc.property(dealt, (dealt) => {
    const placed = dealt.filter(([, split]) => split !== null);
    const wrong = straddling(
      documents(placed.map(([patient]) => patient)),
      placed.map(([, split]) => split),
    );
    const check = () =>
      checkPatients(documents(dealt.map(([patient]) => patient)), dealt.map(([, split]) => split));
    if (wrong.length === 0) check();
    else assert.throws(check, IntegrityError);
  }));
});

Deno.test("another seed deals otherwise; a share of nothing gets nothing", () => {
  const cohort = documents(Array.from({ length: 1_000 }, (_, i) => i));
  const shares = { train: 8, dev: 1, test: 1 };
  assert.notDeepEqual(splitByPatient(cohort, shares, 1), splitByPatient(cohort, shares, 2));
  assert.ok(!splitByPatient(cohort, { ...shares, test: 0 }, 1).includes("test"));
});

Deno.test("published lists: the listed documents, and no others", () => {
  const lists = {
    train: new Set(["d0", "d1", "gone"]),
    dev: new Set(["d2"]),
    test: new Set(["lost", "away"]),
  };
  assert.deepEqual(splitByLists(documents([1, 1, 2, 3]), lists), ["train", "train", "dev", null]);
});

const lists = { train: new Set(["d0"]), dev: new Set(["d1"]), test: new Set<string>() };

Deno.test("published lists: a patient in two splits is refused", () => {
  assert.throws(() => splitByLists(documents([7, 7]), lists), {
    name: IntegrityError.name,
    message: /patient 7 is in both train and dev/,
  });
});

Deno.test("published lists: an id on two lists is refused", () => {
  const twice = { ...lists, test: new Set(["d0"]) };
  assert.throws(() => splitByLists(documents([7, 8]), twice), {
    name: IntegrityError.name,
    message: /id d0 is on the lists of train and test/,
  });
});
