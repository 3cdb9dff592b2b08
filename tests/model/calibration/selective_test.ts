import assert from "node:assert/strict";
import {
  fewestCases,
  findAcceptance,
  measureAcceptance,
} from "../../../model/calibration/selective.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { drawCases } from "../../_support/coded_cases.ts";

const lowest = 0.3;

for (const [clumsiness, precision] of [[0, 0.9], [0.3, 0.75]] as const) {
  const promise = { precision, confidence: 0.9 };
  const of = clumsiness === 0 ? "are independent" : "are wrong together";
  const population = drawCases(createRandom(1, "population"), { cases: 8_000, clumsiness });
  const truePrecisions = new Map<number, number>();
  const precisionAbove = (threshold: number) => {
    const known = truePrecisions.get(threshold) ??
      measureAcceptance(population.matrix, population.truth, { threshold, lowest }).precision;
    truePrecisions.set(threshold, known);
    return known;
  };
  const trials = Array.from({ length: 100 }, (_, trial) => {
    const random = createRandom(2, "trial", trial);
    const dev = drawCases(random, { cases: 300, clumsiness });
    const batch = drawCases(random, { cases: 300, clumsiness });
    const threshold = findAcceptance(dev.matrix, dev.truth, { ...promise, lowest });
    return { batch, threshold };
  });
  const promised = trials.filter(({ threshold }) => threshold !== undefined);

  Deno.test(`the expected precision is as promised, as often as promised: codes that ${of}`, () => {
    const broken = promised.filter(({ threshold }) => precisionAbove(threshold!) < precision);
    assert.ok(broken.length <= 10, `${broken.length} of 100`);
  });

  Deno.test(`so is the precision of as many new cases: codes that ${of}`, () => {
    const broken = promised.filter(({ batch: { matrix, truth }, threshold }) =>
      measureAcceptance(matrix, truth, { threshold: threshold!, lowest }).precision <
        precision
    );
    assert.ok(broken.length <= 10, `${broken.length} of 100`);
  });

  Deno.test(`a promise is made, and not far from what could be: codes that ${of}`, () => {
    assert.ok(promised.length >= 90, `${promised.length} of 100`);
    const mean = promised.reduce((sum, { threshold }) => sum + precisionAbove(threshold!), 0) /
      promised.length;
    assert.ok(mean < precision + 0.08, `${mean}`);
  });
}

Deno.test("where scores foretell nothing, nothing is accepted", () => {
  const { matrix } = drawCases(createRandom(3, "scores"), { cases: 500, clumsiness: 0 });
  const { truth } = drawCases(createRandom(4, "truth"), { cases: 500, clumsiness: 0 });
  assert.equal(
    findAcceptance(matrix, truth, { precision: 0.9, confidence: 0.9, lowest }),
    undefined,
  );
});

Deno.test("where every code is right, all that is assigned is accepted", () => {
  const scores = new Float32Array(100).fill(0.8);
  const truth = joinRows(Array.from({ length: 100 }, () => Int32Array.of(0)));
  const matrix = { documents: 100, labels: 1, scores };
  const threshold = findAcceptance(matrix, truth, {
    precision: 0.9,
    confidence: 0.9,
    lowest: 0.5,
  })!;
  assert.ok(threshold >= 0.5 && threshold < 0.52, `${threshold}`);
});

Deno.test("with fewer cases than the fewest, nothing is accepted; with as many, all that is right", () => {
  for (
    const [precision, cases] of [[0.5, 4], [0.8, 11], [0.9, 22], [0.95, 45], [0.99, 230]] as const
  ) {
    assert.equal(fewestCases({ precision, confidence: 0.9 }), cases);
    const found = [cases - 1, cases].map((documents) => {
      const matrix = { documents, labels: 1, scores: new Float32Array(documents).fill(0.9) };
      const truth = joinRows(Array.from({ length: documents }, () => Int32Array.of(0)));
      const options = { precision, confidence: 0.9, lowest: 0.5 };
      return findAcceptance(matrix, truth, options) !== undefined;
    });
    assert.deepEqual(found, [false, true]);
  }
});

Deno.test("codes and cases are counted as they are decided", () => {
  const scores = Float32Array.of(
    ...[0.9, 0.9, 0.4], // both accepted, one right
    ...[0.95, 0.6, 0.1], // one of two accepted, right
    ...[0.5, 0.2, 0.1], // assigned, not accepted
    ...[0.1, 0.1, 0.1], // nothing assigned
  );
  const truth = joinRows([[0], [0, 1], [1], [2]].map((row) => Int32Array.from(row)));
  const matrix = { documents: 4, labels: 3, scores };
  const { precision, ...counts } = measureAcceptance(matrix, truth, {
    threshold: 0.8,
    lowest: 0.45,
  });
  assert.ok(Math.abs(precision - 0.75) < 1e-12); // a half, and all
  assert.deepEqual(counts, {
    cases: 4,
    accepting: 2,
    complete: 1,
    assigned: 5,
    positives: 5,
    accepted: 3,
    right: 2,
  });
});
