import assert from "node:assert/strict";
import { checkDrift, type DriftReference } from "../../../model/analysis/drift.ts";
import { type ObservedNote, profileNotes } from "../../../model/analysis/profile.ts";
import { createRandom, type Random } from "../../../pipeline/random.ts";

const LABELS = 20;
const THRESHOLD = 0.5;

/** A note of a made-up model: codes of falling rates, scores that mostly tell them. */
function drawNote(random: Random): ObservedNote {
  const carried = Array.from({ length: LABELS }, (_, label) => label)
    .filter((label) => random.uniform() < 0.5 / (1 + label / 3));
  const own = new Set(carried);
  const scores = Float32Array.from({ length: LABELS }, (_, label) => {
    const logit = (own.has(label) ? 2 : -3) + random.normal();
    return 1 / (1 + Math.exp(-logit));
  });
  return {
    tokens: Math.round(Math.exp(6 + 0.5 * random.normal())),
    unknown: Math.min(1, 0.05 * random.uniform()),
    scores,
    labels: Int32Array.from(carried),
  };
}

function drawNotes(count: number, purpose: string): ObservedNote[] {
  const random = createRandom(7, purpose);
  return Array.from({ length: count }, () => drawNote(random));
}

const training = drawNotes(3000, "training");
const reference: DriftReference = {
  profile: profileNotes(drawNotes(400, "dev"), THRESHOLD),
  training: { notes: training.length, counts: profileNotes(training, THRESHOLD).given!.carried },
};

/** Names of what moved in a window. */
function movedIn(window: readonly ObservedNote[]): string[] {
  return checkDrift(reference, profileNotes(window, THRESHOLD))
    .filter(({ moved }) => moved).map(({ name }) => name);
}

Deno.test("50 unchanged windows cross no threshold", () => {
  for (let at = 0; at < 50; at++) assert.deepEqual(movedIn(drawNotes(150, `window ${at}`)), []);
});

const window = drawNotes(150, "a window");
for (
  const [what, moved, change] of [
    ["longer notes", "tokens", (note) => ({ ...note, tokens: 2 * note.tokens })],
    ["another language", "unknown", (note) => ({ ...note, unknown: 0.9 })],
    [
      "a tenth of the notes in another language",
      "unknown",
      (note, at) => at % 10 === 0 ? { ...note, unknown: 0.9 } : note,
    ],
    [
      "a tenth of the codes swapped for others",
      "losses",
      (note, at) => ({
        ...note,
        labels: note.labels!.map((label, place) =>
          (7 * at + place) % 10 === 0 ? (label + 10) % LABELS : label
        ),
      }),
    ],
    [
      "two codes swapped",
      "carried",
      (note) => ({
        ...note,
        labels: note.labels!.map((label) => label === 0 ? 15 : label === 15 ? 0 : label),
      }),
    ],
    [
      "a code that is suddenly assigned to all",
      "assigned",
      (note) => ({ ...note, scores: note.scores.map((score, label) => label === 9 ? 0.9 : score) }),
    ],
    [
      "lower scores",
      "highest",
      (note) => ({ ...note, scores: note.scores.map((score) => score / 2) }),
    ],
  ] as const satisfies readonly (readonly [
    string,
    string,
    (note: ObservedNote, at: number) => ObservedNote,
  ])[]
) {
  Deno.test(`${what} cross the threshold`, () => {
    const changed = movedIn(window.map((note, at) => change(note, at)));
    assert.ok(changed.includes(moved), changed.join());
  });
}

Deno.test("given codes are compared where the window has some", () => {
  const names = (notes: readonly ObservedNote[]) =>
    checkDrift(reference, profileNotes(notes, THRESHOLD)).map(({ name }) => name);
  assert.ok(names(window).includes("losses") && names(window).includes("carried"));
  const bare = window.map((note) => ({ ...note, labels: undefined }));
  assert.deepEqual(names(bare), ["tokens", "unknown", "highest", "expected", "assigned"]);
});

Deno.test("a check of rates names the label that differs most, with its rates", () => {
  const notes = window.map((note) => ({
    ...note,
    scores: note.scores.map((score, label) => label === 9 ? 0.9 : score),
  }));
  const check = checkDrift(reference, profileNotes(notes, THRESHOLD))
    .find(({ name }) => name === "assigned")!;
  assert.ok(check.kind === "rate");
  assert.equal(check.label, 9);
  assert.equal(check.now, 1);
  assert.ok(check.before < 0.5 && check.probability < check.threshold);
});
