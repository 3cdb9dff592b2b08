import assert from "node:assert/strict";
import { LISTS, measureWorth, type WorthRequest } from "../../../model/audit/worth.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";

const DOCUMENTS = 60;
const LABELS = 20;

/** Each document has each label l with the probability 1 / (l + 2). */
const random = createRandom(7, "worth");
const lists = Array.from(
  { length: DOCUMENTS },
  () => Int32Array.from([...Array(LABELS).keys()].filter((l) => random.uniform() < 1 / (l + 2))),
);
const truth = joinRows(lists);
const rates = Float64Array.from({ length: LABELS }, (_, label) => 1 / (label + 2));

/** A measurement of scores that are made of what is true. */
function measure(scoreOf: (isTrue: boolean) => number, changes: Partial<WorthRequest> = {}) {
  const scores = Float32Array.from(
    { length: DOCUMENTS * LABELS },
    (_, cell) => scoreOf(lists[Math.floor(cell / LABELS)]!.includes(cell % LABELS)),
  );
  const rule = {
    probability: (score: number) => score,
    isAssigned: (score: number) => score > 0.5,
    rates,
  };
  return measureWorth({
    matrix: { documents: DOCUMENTS, labels: LABELS, scores },
    truth,
    ruleOf: () => rule,
    rates,
    share: 0.1,
    insertion: "uniform",
    seeds: 3,
    cutoffs: [5],
    resamples: 200,
    ...changes,
  });
}

Deno.test("a model that knows what is true finds what was planted, and nothing else", async () => {
  const worth = await measure((isTrue) => isTrue ? 0.99 : 0.01);
  for (const list of LISTS) {
    for (const { precision, recall, k } of worth[list].heads.audit) {
      assert.equal(precision, 1, list);
      assert.equal(recall, k / worth[list].planted, list);
    }
  }
});

Deno.test("a model that knows nothing finds no more than chance", async () => {
  const noise = createRandom(8, "noise");
  const worth = await measure(() => noise.uniform(), { seeds: 20 });
  for (const list of LISTS) {
    const { chance, planted, heads: { audit } } = worth[list];
    const { k, precision } = audit.at(-1)!;
    const error = Math.sqrt(chance * (1 - chance) / (20 * planted));
    assert.equal(k, planted);
    assert.ok(Math.abs(precision - chance) < 5 * error + 0.02, `${list} ${precision} ${chance}`);
  }
});

Deno.test("as many errors are planted as said, among as many cells as a list could name", async () => {
  const errors = Math.round(truth.indices.length / 10);
  const { all, missing, wrong } = await measure(() => 0);
  assert.deepEqual([missing.planted, wrong.planted, all.planted], [errors, errors, 2 * errors]);
  assert.equal(wrong.chance, errors / truth.indices.length);
  assert.equal(all.chance, 2 * errors / (DOCUMENTS * LABELS));
});

Deno.test("a head as long as what was planted is looked at once", async () => {
  const { missing } = await measure(() => 0);
  const again = await measure(() => 0, { cutoffs: [5, missing.planted] });
  assert.deepEqual(again.missing.heads.audit.map(({ k }) => k), [5, missing.planted]);
});

Deno.test("a list that ends before its head does is held to go on without a planted error", async () => {
  const { missing } = await measure(() => 0); // assigns nothing, and finds none missing
  assert.deepEqual(missing.heads.audit.map(({ precision }) => precision), [0, 0]);
});

Deno.test("frequency looks for frequent codes that are missing and rare ones that are wrong", async () => {
  const { wrong: rare } = await measure(() => 0, { insertion: "uniform", seeds: 20 });
  const { wrong: often } = await measure(() => 0, { insertion: "frequency", seeds: 20 });
  const first = ({ heads }: typeof rare) => heads.frequency[0]!.precision;
  assert.ok(first(rare) > rare.chance, "a uniform error is mostly a rare code");
  assert.ok(first(rare) > first(often));
});

Deno.test("an interval is around its precision", async () => {
  const noise = createRandom(9, "noise");
  const worth = await measure((isTrue) => (Number(isTrue) + 2 * noise.uniform()) / 3);
  const { precision, interval: [low, high] } = worth.all.heads.audit.at(-1)!;
  assert.ok(low < precision && precision < high, `${low} ${precision} ${high}`);
});

Deno.test("each document is judged by its own rule", async () => {
  const never = { probability: () => 0, isAssigned: () => false, rates };
  const always = { probability: () => 1, isAssigned: () => true, rates };
  const { all } = await measure(() => 0.5, { ruleOf: (row) => row % 2 === 0 ? never : always });
  assert.ok(all.heads.audit.at(-1)!.precision > 0);
  const { missing } = await measure(() => 0.5, { ruleOf: () => never });
  assert.equal(missing.heads.audit.at(-1)!.precision, 0);
});

Deno.test("fault 30: a measurement ends between two plantings when it is told to", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("stopped")), 1);
  const work = measure(() => 0, { seeds: 1000, resamples: 1, interrupt: controller.signal });
  await assert.rejects(work, /stopped/);
});
