import assert from "node:assert/strict";
import { INSERTIONS, plantErrors } from "../../../model/audit/plant_errors.ts";
import { joinRows, rowOf } from "../../../pipeline/dataset/documents.ts";

/** 40 documents with labels 0 to 9: label l in every (l + 2)nd. */
const lists = Array.from(
  { length: 40 },
  (_, row) => Int32Array.from([...Array(10).keys()].filter((label) => row % (label + 2) === 0)),
);
const truth = joinRows(lists);

for (const insertion of INSERTIONS) {
  const options = { labels: 10, share: 0.1, insertion, seed: 3 };

  Deno.test(`${insertion}: what was left out and put in makes of the true codes the given ones`, () => {
    const { given, missing, wrong } = plantErrors(truth, options);
    lists.forEach((own, row) => {
      const now = rowOf(given, row);
      const kept = [...own].filter((label) => !missing[row]!.has(label));
      assert.deepEqual([...now], [...kept, ...wrong[row]!].sort((a, b) => a - b));
      assert.ok([...wrong[row]!].every((label) => !own.includes(label)));
      assert.ok([...missing[row]!].every((label) => own.includes(label)));
    });
  });

  Deno.test(`${insertion}: a tenth is left out, and as many are put in`, () => {
    const { missing, wrong } = plantErrors(truth, options);
    const size = (sets: readonly ReadonlySet<number>[]) =>
      sets.reduce((sum, { size }) => sum + size, 0);
    assert.equal(size(missing), Math.round(truth.indices.length / 10));
    assert.equal(size(wrong), size(missing));
  });

  Deno.test(`${insertion}: a seed plants the same errors, another one others`, () => {
    assert.deepEqual(plantErrors(truth, options), plantErrors(truth, options));
    assert.notDeepEqual(
      plantErrors(truth, options).missing,
      plantErrors(truth, { ...options, seed: 4 }).missing,
    );
  });
}

Deno.test("by frequency, codes that coders give often are given in error more often", () => {
  const count = (insertion: typeof INSERTIONS[number]) => {
    let often = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { wrong } = plantErrors(truth, { labels: 10, share: 0.1, insertion, seed });
      for (const labels of wrong) often += [...labels].filter((label) => label < 3).length;
    }
    return often;
  };
  assert.ok(count("frequency") > 1.2 * count("uniform"));
});

Deno.test("where every document has every code, none is put in", () => {
  const full = joinRows(Array.from({ length: 5 }, () => Int32Array.of(0, 1)));
  const { wrong } = plantErrors(full, { labels: 2, share: 0.1, insertion: "uniform", seed: 1 });
  assert.ok(wrong.every(({ size }) => size === 0));
});
