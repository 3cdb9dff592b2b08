import assert from "node:assert/strict";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import type { IdLists } from "../../../pipeline/lists/id_lists.ts";
import {
  placeDocuments,
  placeSmaller,
  selectDocuments,
  type SplitRule,
} from "../../../pipeline/prepare/cohort.ts";
import type { Document } from "../../../pipeline/prepare/documents.ts";
import type { Split } from "../../../pipeline/schema.ts";

const document = (id: string, codes: number[], split?: Split): Document => ({
  id,
  patient: `patient-of-${id}`,
  notes: [0],
  codes: Int32Array.from(codes),
  split,
});
const documents = [document("a", [1]), document("b", [1, 2]), document("c", [3])];
const lists = (train: string[], dev: string[], test: string[]): IdLists => ({
  train: new Set(train),
  dev: new Set(dev),
  test: new Set(test),
});
const published = (full: IdLists, top?: IdLists): SplitRule => ({ method: "published", full, top });
const absences = new Map([["x", "without codes"]]);
const choose = (codes: number[]) => ({ codes, title: `${codes.length} codes` });

/** The full label set's documents by lists: those with one of the codes 1 to 3. */
const fullCohort = (lists: IdLists, codes = [1, 2, 3]) =>
  selectDocuments("full", placeDocuments(documents, published(lists)), choose(codes), absences);
const placed = (documents: readonly { id: string; split: Split }[]) =>
  documents.map(({ id, split }) => `${id} ${split}`);

Deno.test("documents are placed by lists, and those on none are left out", () => {
  const { documents: kept, stages } = fullCohort(lists(["a"], ["b"], []));
  assert.deepEqual(placed(kept), ["a train", "b dev"]);
  assert.deepEqual(stages.at(-1), {
    stage: "documents of full",
    read: 3,
    kept: 2,
    excluded: { "on no published list": 1 },
    noted: {},
  });
});

Deno.test("what became of each list's ids is counted, with a reason for each that is missing", () => {
  const { stages } = fullCohort(lists(["a", "c", "x"], ["b"], ["y"]), [1, 2]);
  const [train, dev, test] = stages;
  assert.deepEqual(train, {
    stage: "train list of full",
    read: 3,
    kept: 1,
    excluded: { "without any of the 2 codes": 1, "without codes": 1 },
    noted: {},
  });
  assert.deepEqual([dev!.kept, dev!.excluded], [1, {}]);
  assert.deepEqual([test!.kept, test!.excluded], [0, { "in no table": 1 }]);
});

Deno.test("without lists there are none to count", () => {
  const whole = [document("a", [1], "train"), document("b", [1], "dev")];
  const placement = placeDocuments(whole, { method: "given" });
  const { stages } = selectDocuments("full", placement, choose([1]), absences);
  assert.deepEqual(stages.map(({ stage }) => stage), ["documents of full"]);
});

Deno.test("the smaller set is a part of the full one's split", () => {
  const full = fullCohort(lists(["a", "c"], ["b"], []));
  const placement = placeSmaller(documents, full, undefined);
  const top = selectDocuments("top1", placement, choose([1]), absences);
  assert.deepEqual(placed(top.documents), ["a train", "b dev"]);
  assert.deepEqual(top.stages.map(({ excluded }) => excluded), [{
    "without any of the 1 codes": 1,
  }]);
});

Deno.test("or has lists of its own", () => {
  const full = fullCohort(lists(["a", "c"], ["b"], []));
  const placement = placeSmaller(documents, full, lists(["c"], ["b", "gone"], []));
  const top = selectDocuments("top2", placement, choose([2, 3]), absences);
  assert.deepEqual(placed(top.documents), ["b dev", "c train"]);
  assert.deepEqual(top.stages.at(-1)!.excluded, { "on no published list": 1 });
});

Deno.test("its own lists may not have a document of another split", () => {
  const full = fullCohort(lists(["a", "c"], ["b"], []));
  assert.throws(() => placeSmaller(documents, full, lists(["b"], [], [])), {
    name: IntegrityError.name,
    message: /id b is in dev of the full lists and in train of the others/,
  });
});

Deno.test("its own lists may not have another document of a patient of another split", () => {
  const all = [...documents, { ...document("d", [3]), patient: "patient-of-a" }];
  const full = fullCohort(lists(["a"], ["b"], []));
  assert.throws(() => placeSmaller(all, full, lists([], [], ["d"])), {
    name: IntegrityError.name,
    message: /patient-of-a is in both train and test/,
  });
});

Deno.test("given splits are kept, and must be given to all", () => {
  const given: SplitRule = { method: "given" };
  const whole = [document("a", [1], "train"), document("b", [1], "dev")];
  assert.deepEqual(placeDocuments(whole, given).splits, ["train", "dev"]);
  assert.throws(() => placeDocuments([...whole, ...documents], given), {
    name: DataError.name,
    message: /3 of 5 documents/,
  });
});

Deno.test("something must be left to train on", () => {
  const placement = placeDocuments([document("b", [1], "dev")], { method: "given" });
  assert.throws(() => selectDocuments("full", placement, choose([1]), absences), {
    name: DataError.name,
    message: /left to train on/,
  });
});
