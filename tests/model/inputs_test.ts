import assert from "node:assert/strict";
import { modelInputs } from "../../model/inputs.ts";
import type { Label } from "../../pipeline/schema.ts";

function label(code: string, title: string): Label {
  return { code, kind: "diagnosis", title, group: "", documents: { train: 1, dev: 0, test: 0 } };
}

Deno.test("titles become token ids, those of unknown words the unknown token", () => {
  const vocabulary = ["<pad>", "<unk>", "failure", "heart"];
  const labels = { icd: [label("428.0", "Heart failure, NOS"), label("V45", "")], ccs: [] };
  const inputs = modelInputs({ labels, vocabulary }, new Float32Array(400), 7);
  assert.deepEqual(inputs.titles, { icd: [Int32Array.of(3, 2, 1), Int32Array.of()], ccs: [] });
  assert.deepEqual(inputs.codes, { icd: ["428.0", "V45"], ccs: [] });
  assert.deepEqual(inputs.labels, { icd: 2, ccs: 0 });
  assert.equal(inputs.vocabularySize, 4);
});
