import assert from "node:assert/strict";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import {
  placeDocuments,
  selectDocuments,
  type SplitRule,
} from "../../../pipeline/prepare/cohort.ts";
import type { Document } from "../../../pipeline/prepare/documents.ts";
import type { IdLists } from "../../../pipeline/prepare/splits.ts";
import type { Split } from "../../../pipeline/schema.ts";

const document = (id: string, codes: number[], split?: Split): Document => ({
  id,
  patient: `patient of ${id}`,
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
const placed = (documents: readonly { id: string; split: Split }[]) =>
  documents.map(({ id, split }) => `${id} ${split}`);

Deno.test("published lists: what is on none is left out, what is missing is counted", () => {
  const rule = published(lists(["a", "x"], ["b"], ["y"]));
  const { documents: kept, stage } = placeDocuments(documents, rule);
  assert.deepEqual(placed(kept), ["a train", "b dev"]);
  assert.deepEqual(stage, {
    stage: "documents of full",
    read: 3,
    kept: 2,
    excluded: { "on no published list": 1 },
    noted: {
      "listed for test, but not among the documents": 1,
      "listed for train, but not among the documents": 1,
    },
  });
});

Deno.test("the smaller set is a part of the full one's split", () => {
  const rule = published(lists(["a", "c"], ["b"], []));
  const top = selectDocuments("top1", documents, placeDocuments(documents, rule), [1], rule);
  assert.deepEqual(placed(top.documents), ["a train", "b dev"]);
  assert.deepEqual(top.stage.excluded, { "without any of the 1 codes": 1 });
});

Deno.test("or has lists of its own", () => {
  const rule = published(lists(["a", "c"], ["b"], []), lists(["c"], ["b", "gone"], []));
  const top = selectDocuments("top2", documents, placeDocuments(documents, rule), [2, 3], rule);
  assert.deepEqual(placed(top.documents), ["b dev", "c train"]);
  assert.deepEqual(top.stage.excluded, { "on no published list": 1 });
});

Deno.test("its own lists may not contradict the full ones", () => {
  const rule = published(lists(["a", "c"], ["b"], []), lists(["b"], [], []));
  const cohort = placeDocuments(documents, rule);
  assert.throws(() => selectDocuments("top2", documents, cohort, [2, 3], rule), {
    name: IntegrityError.name,
    message: /id b is in dev/,
  });
});

Deno.test("given splits are kept, and must be given to all", () => {
  const given: SplitRule = { method: "given" };
  const whole = [document("a", [1], "train"), document("b", [1], "dev")];
  assert.deepEqual(placed(placeDocuments(whole, given).documents), ["a train", "b dev"]);
  assert.throws(() => placeDocuments([...whole, ...documents], given), {
    name: DataError.name,
    message: /3 of 5 documents/,
  });
});

Deno.test("something must be left to train on", () => {
  assert.throws(() => placeDocuments([document("b", [1], "dev")], { method: "given" }), {
    name: DataError.name,
    message: /left to train on/,
  });
});
