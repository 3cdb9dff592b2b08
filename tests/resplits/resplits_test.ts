import assert from "node:assert/strict";
import { createRandom } from "../../pipeline/random.ts";
import { drawCases } from "../_support/coded_cases.ts";
import { calibrateHalves, joinCases, keepPromises, splitInHalves } from "./resplits.ts";

const drawn = ["a", "b"].map((part) =>
  drawCases(createRandom(1, part), { cases: 301, clumsiness: 0 })
);
const cases = joinCases(drawn);

/** A case as a text, by which it is found again. */
function casesOf({ matrix, truth }: typeof cases): string[] {
  return Array.from({ length: matrix.documents }, (_, row) => {
    const scores = matrix.scores.slice(row * matrix.labels, (row + 1) * matrix.labels);
    const own = truth.indices.slice(truth.offsets[row], truth.offsets[row + 1]);
    return `${scores} ${own}`;
  });
}

Deno.test("joined cases are those of the parts, in order", () => {
  assert.deepEqual(casesOf(cases), drawn.flatMap(casesOf));
});

Deno.test("halves hold every case once, and others in another resplit", () => {
  const [first, second] = splitInHalves(cases, 0).map(casesOf);
  assert.deepEqual([first!.length, second!.length], [301, 301]);
  assert.deepEqual([...first!, ...second!].sort(), casesOf(cases).sort());
  assert.notDeepEqual(splitInHalves(cases, 1).map(casesOf)[0], first);
});

Deno.test("a promise that can be kept is made, and broken no more often than it may be", () => {
  const precisions = [0.8, 0.999];
  const [kept, hopeless] = keepPromises(cases, { precisions, confidence: 0.9, resplits: 20 });
  assert.equal(kept!.made, 20);
  assert.ok(kept!.broken <= 2, `${kept!.broken}`);
  assert.ok(kept!.ofAssigned > 0.1 && kept!.ofCases > kept!.ofAssigned);
  assert.equal(hopeless!.made, 0);
});

Deno.test("calibration learned on one half lessens the error on the other", () => {
  const unsure = cases.matrix.scores.map((score) => 0.5 * score);
  const matrix = { ...cases.matrix, scores: unsure };
  const [none, temperature, isotonic] = calibrateHalves({ ...cases, matrix }, 5);
  assert.deepEqual([none!.method, temperature!.method], ["none", "temperature"]);
  assert.ok(isotonic!.brier < none!.brier && isotonic!.ece < none!.ece / 2);
});
