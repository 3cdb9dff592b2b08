import assert from "node:assert/strict";
import { countByDocument } from "../../../model/metrics/bootstrap/paired.ts";
import { countPredictions } from "../../../model/run/document_counts.ts";
import { formatPredictions, PREDICTED_CODES } from "../../../model/run/predictions.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import type { Label } from "../../../pipeline/schema.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

/** The predictions file of made-up scores. */
function predictionsOf(documents: number, labels: number) {
  const sample = sampleScores({ documents, labels, steps: 1000, seed: 5 });
  const list = Array.from({ length: labels }, (_, at): Label => ({
    code: `${at}`,
    kind: "code",
    title: "",
    group: "",
    documents: { train: 0, dev: 0, test: 0 },
  }));
  const keys = Array.from({ length: documents }, (_, at) => ({ id: `a "${at}", b`, patient: "" }));
  return { ...sample, csv: formatPredictions({ documents: keys, labels: list, ...sample }) };
}

Deno.test("counts of a predictions file are those of its scores", () => {
  const { matrix, truth, csv } = predictionsOf(30, PREDICTED_CODES);
  for (const k of [5, 8] as const) {
    const { counts, complete } = countPredictions(csv, k, "test.csv");
    assert.deepEqual(counts, countByDocument(matrix, truth, { threshold: 0.5, k }));
    assert.ok(complete);
  }
});

Deno.test("ids are those of the file, in its order, as they were before they were quoted", () => {
  const { ids } = countPredictions(predictionsOf(3, 4).csv, 5, "test.csv");
  assert.deepEqual(ids, ['a "0", b', 'a "1", b', 'a "2", b']);
});

Deno.test("hits and assigned codes are whole where all codes above the threshold are listed", () => {
  const { matrix, truth, csv } = predictionsOf(12, 80);
  const { counts, complete } = countPredictions(csv, 5, "test.csv");
  const { hits, assigned } = countByDocument(matrix, truth, { threshold: 0.5, k: 5 });
  assert.ok(complete);
  assert.deepEqual([counts.hits, counts.assigned], [hits, assigned]);
});

Deno.test("a document with more codes above the threshold than are listed is not complete", () => {
  const { csv } = predictionsOf(3, 200);
  assert.equal(countPredictions(csv, 5, "test.csv").complete, false);
});

Deno.test("a file with other columns is refused", () => {
  assert.throws(() => countPredictions("id,code\n1,2\n", 5, "test.csv"), IntegrityError);
});
