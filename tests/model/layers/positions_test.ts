import assert from "node:assert/strict";
import { createPositions, derivePositions } from "../../../model/layers/positions.ts";
import { onEveryEngine } from "../../_support/engines.ts";

onEveryEngine("positions' mask is 1 up to each document's length", () => {
  const { mask } = createPositions(Int32Array.of(2, 1, 3), 4);
  assert.deepEqual(mask.arraySync(), [[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0]]);
});

onEveryEngine("positions' lengths are the same on the device and on the host", () => {
  const { lengths, hostLengths } = createPositions(Int32Array.of(2, 1, 3), 4);
  assert.equal(lengths.dtype, "int32");
  assert.deepEqual(lengths.dataSync<"int32">(), hostLengths);
});

onEveryEngine("derived positions have every document's own length", () => {
  const tokens = createPositions(Int32Array.of(5, 1, 4), 5);
  const halves = derivePositions(tokens, (length) => Math.ceil(length / 2));
  assert.deepEqual([...halves.hostLengths], [3, 1, 2]);
});

onEveryEngine("derived positions are padded to what the width becomes", () => {
  const tokens = createPositions(Int32Array.of(5, 1), 8);
  const halves = derivePositions(tokens, (length) => Math.ceil(length / 2));
  assert.deepEqual(halves.mask.arraySync(), [[1, 1, 1, 0], [1, 0, 0, 0]]);
});
