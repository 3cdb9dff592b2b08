import assert from "node:assert/strict";
import type { Prediction } from "../../../model/run/predict.ts";
import { formatPrediction, predictionWarnings } from "../../../tasks/report/prediction.ts";

const word = (word: string) => ({
  word,
  start: 0,
  end: word.length,
  codePointStart: 0,
  codePointEnd: word.length,
  weight: 0.1,
});
const prediction: Prediction = {
  id: "letter",
  tokens: 20,
  read: 20,
  known: 3,
  threshold: 0.3350333,
  codes: [
    {
      code: "038.9",
      title: "Septicemia",
      probability: 0.98765,
      assigned: true,
      words: [word("Sepsis"), word("sepsis"), word("fever")],
    },
    { code: "V10", title: "", probability: 0.2, assigned: false },
  ],
};

Deno.test("a note is a head and a line a code, with each attended word once", () => {
  assert.deepEqual(formatPrediction(prediction).split("\n"), [
    "letter: 20 tokens (15% known), 1 codes above 0.335 (*)",
    "* 038.9  0.988  Septicemia [sepsis, fever]",
    "  V10    0.200  (no title)",
  ]);
});

Deno.test("faults 24–25: a warning says what of a note was not read, or that nothing in it is known", () => {
  assert.deepEqual(predictionWarnings({ ...prediction, known: 10 }), []);
  assert.deepEqual(predictionWarnings({ ...prediction, id: "a", read: 15, known: 0 }), [
    "warning: a has 20 tokens; the first 15 were read",
    "warning: no token of a is known; its codes say nothing",
  ]);
});

Deno.test("fault 76: fewer than half of a note's tokens known are warned of", () => {
  assert.deepEqual(predictionWarnings({ ...prediction, known: 9 }), [
    "warning: of letter 9 of 20 tokens are known; its codes say little: check its language and encoding",
  ]);
});
