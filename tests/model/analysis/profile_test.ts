import assert from "node:assert/strict";
import { type ObservedNote, profileNotes } from "../../../model/analysis/profile.ts";

const rule = (threshold: number) => ({ threshold, probability: (score: number) => score });

const notes: readonly ObservedNote[] = [
  { tokens: 9, unknown: 0.5, scores: Float32Array.of(0.75, 0.25), labels: Int32Array.of(0) },
  { tokens: 4, unknown: 0, scores: Float32Array.of(0.5, 0.5), labels: Int32Array.of(0, 1) },
  { tokens: 6, unknown: 0.25, scores: Float32Array.of(0.125, 0.5) },
];

Deno.test("a profile lists lengths, unknown words and scores, each sorted by itself", () => {
  const { notes: count, tokens, unknown, highest, expected } = profileNotes(notes, rule(0.4));
  assert.deepEqual({ count, tokens, unknown }, {
    count: 3,
    tokens: [4, 6, 9],
    unknown: [0, 0.25, 0.5],
  });
  assert.deepEqual({ highest, expected }, { highest: [0.5, 0.5, 0.75], expected: [0.625, 1, 1] });
});

Deno.test("a label is assigned above the threshold", () => {
  assert.deepEqual(profileNotes(notes, rule(0.4)).assigned, [2, 2]);
  assert.deepEqual(profileNotes(notes, rule(0.5)).assigned, [1, 0]);
});

Deno.test("given codes are counted, with their loss, among the notes that have some", () => {
  const { given } = profileNotes(notes, rule(0.4));
  const losses = [-Math.log(0.75), -Math.log(0.5)];
  assert.deepEqual(given?.carried, [2, 1]);
  assert.equal(given?.notes, 2);
  given!.losses.forEach((loss, at) => assert.ok(Math.abs(loss - losses[at]!) < 1e-5));
});

Deno.test("residuals of given codes are by the probabilities, their loss by the scores", () => {
  const blind = { threshold: 0.5, probability: () => 0.5 };
  const { given } = profileNotes(notes, blind);
  assert.deepEqual(given?.surprise, [0, 0]); // the logit of a half
  assert.deepEqual(given?.excess, [0, 1]);
  assert.deepEqual(given?.losses, profileNotes(notes, rule(0.5)).given?.losses);
});

Deno.test("notes without codes have no given ones", () => {
  assert.equal(profileNotes(notes.slice(2), rule(0.4)).given, undefined);
});
