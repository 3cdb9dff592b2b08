import assert from "node:assert/strict";
import { formatPredictions, PREDICTED_CODES, writeScores } from "../../../model/run/predictions.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import type { Label } from "../../../pipeline/schema.ts";
import { decodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { temporary } from "../../_support/tiny.ts";

function label(code: string): Label {
  return { code, kind: "code", title: "", group: "", documents: { train: 0, dev: 0, test: 0 } };
}

Deno.test("predictions list each document's codes by falling probability, ties by index", () => {
  const csv = formatPredictions({
    documents: [{ id: "7", patient: "1" }, { id: 'a "b", c', patient: "2" }],
    labels: ["038.9", "428,0", "V10"].map(label),
    matrix: { documents: 2, labels: 3, scores: Float32Array.of(0.1, 0.75, 0.1, 0.5, 0, 1) },
    truth: joinRows([Int32Array.of(0, 1), Int32Array.of()]),
  });
  assert.deepEqual(csv.split("\n"), [
    "id,rank,code,probability,label",
    '7,1,"428,0",0.75,1',
    "7,2,038.9,0.1,1",
    "7,3,V10,0.1,0",
    '"a ""b"", c",1,V10,1,0',
    '"a ""b"", c",2,038.9,0.5,0',
    '"a ""b"", c",3,"428,0",0,0',
    "",
  ]);
});

Deno.test("no more than the most probable codes are listed", () => {
  const labels = Array.from({ length: 80 }, (_, at) => label(String(at)));
  const csv = formatPredictions({
    documents: [{ id: "1", patient: "1" }],
    labels,
    matrix: { documents: 1, labels: 80, scores: Float32Array.from(labels, (_, at) => at / 100) },
    truth: joinRows([new Int32Array()]),
  });
  const codes = csv.trim().split("\n").slice(1).map((row) => row.split(",")[2]);
  assert.deepEqual(codes, Array.from({ length: PREDICTED_CODES }, (_, at) => String(79 - at)));
});

Deno.test("scores are one tensor a label set, the target's under the plain name", async () => {
  await using directory = await temporary();
  const icd = { documents: 2, labels: 2, scores: Float32Array.of(0.1, 0.2, 0.3, 0.4) };
  const ccs = { documents: 2, labels: 1, scores: Float32Array.of(0.5, 0.6) };
  await writeScores(directory.path, "dev", { scores: { icd, ccs }, target: "icd" });
  const bytes = await Deno.readFile(`${directory.path}/predictions/dev.scores.safetensors`);
  const { tensors, metadata } = decodeSafetensors(bytes);
  assert.deepEqual(metadata, { split: "dev", target: "icd" });
  assert.deepEqual(Object.fromEntries(tensors), {
    scores: { dtype: "F32", shape: [2, 2], data: icd.scores },
    ccs: { dtype: "F32", shape: [2, 1], data: ccs.scores },
  });
});
