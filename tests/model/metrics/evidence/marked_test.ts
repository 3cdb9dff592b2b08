import assert from "node:assert/strict";
import { markedTokens } from "../../../../model/metrics/evidence/marked.ts";

Deno.test("overlapping spans mark a token once", () => {
  const spans = [{ first: 1, end: 3 }, { first: 2, end: 4 }];
  const marked = markedTokens({ document: 0, label: 0, tokens: 5, spans });
  assert.deepEqual([...marked], [0, 1, 1, 1, 0]);
});
