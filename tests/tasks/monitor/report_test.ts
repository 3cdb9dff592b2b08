import assert from "node:assert/strict";
import { checkDrift } from "../../../model/analysis/drift.ts";
import { type ObservedNote, profileNotes } from "../../../model/analysis/profile.ts";
import { fewNotesWarning, formatMissing, formatVerdict } from "../../../tasks/monitor/report.ts";

const rule = { threshold: 0.5, probability: (score: number) => score };

/** The checks of so many notes, beside so many of before. */
function checksOf(now: number, before: number) {
  const note = { tokens: 5, unknown: 0, scores: Float32Array.of(0.5), labels: undefined };
  const profile = (count: number) =>
    profileNotes(Array.from({ length: count }, (): ObservedNote => note), rule);
  const training = { notes: 9, counts: [3] };
  return checkDrift({ profile: profile(before), training }, profile(now));
}

Deno.test("of a window in which nothing could be seen this is said", () => {
  for (const [now, before] of [[1, 1000], [5, 1000], [1000, 5]] as const) {
    assert.match(
      fewNotesWarning(checksOf(now, before), now)!,
      /^warning: \d+ notes? and .* too few/,
    );
  }
  for (const [now, before] of [[6, 1000], [1000, 6], [150, 150]] as const) {
    assert.equal(fewNotesWarning(checksOf(now, before), now), undefined);
  }
});

Deno.test("a note is one, and some are several", () => {
  assert.equal(formatVerdict(checksOf(1, 9), 1), "1 note: nothing moved");
  assert.equal(formatVerdict(checksOf(2, 9), 2), "2 notes: nothing moved");
});

Deno.test("what cannot be compared is named, with the command that makes the profile anew", () => {
  assert.equal(
    formatMissing(["surprise", "excess"], "runs/caml 3"),
    "warning: the run's profile is of an earlier version; not compared: surprise of given codes, " +
      "codes beyond expected; evaluate the run again, with its dev split: " +
      "deno task evaluate --run 'runs/caml 3'",
  );
});
