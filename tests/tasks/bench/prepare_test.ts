import assert from "node:assert/strict";
import { withoutVectors } from "../../../tasks/bench/prepare.ts";

Deno.test("prepare is compared without the word vectors that another part compares", () => {
  const stages = [{ stage: "notes", seconds: 1 }, { stage: "word vectors", seconds: 2.5 }];
  const more = { stages, terms: 9 };
  const result = { seconds: [4], peak: 7, more };
  assert.deepEqual(withoutVectors(result), { seconds: [1.5], peak: 7, more });
});
