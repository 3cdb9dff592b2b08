import assert from "node:assert/strict";
import { checkDrift, type DriftReference, missingFigures } from "../../../model/analysis/drift.ts";
import { type ObservedNote, profileNotes } from "../../../model/analysis/profile.ts";
import { createRandom, type Random } from "../../../pipeline/random.ts";

const LABELS = 20;
const RULE = { threshold: 0.5, probability: (score: number) => score };

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
  profile: profileNotes(drawNotes(400, "dev"), RULE),
  training: { notes: training.length, counts: profileNotes(training, RULE).given!.carried },
};

/** Names of what moved in a window. */
function movedIn(window: readonly ObservedNote[]): string[] {
  return checkDrift(reference, profileNotes(window, RULE))
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
      "a fifth of the codes left out",
      "excess",
      (note, at) => ({
        ...note,
        labels: note.labels!.filter((_, place) => (7 * at + place) % 5 > 0),
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

Deno.test("notes that are harder, and coded as well as before, lose more and do not surprise", () => {
  const random = createRandom(7, "hard notes");
  const draw = (spread: number): ObservedNote => {
    const scores = Float32Array.from({ length: LABELS }, () => {
      return 1 / (1 + Math.exp(1 - spread * random.normal()));
    });
    const labels = Int32Array.from(scores.keys()).filter((label) =>
      random.uniform() < scores[label]!
    );
    return { tokens: 100, unknown: 0, scores, labels };
  };
  const gather = (count: number, spread: number) =>
    profileNotes(Array.from({ length: count }, () => draw(spread)), RULE);
  const easy = { ...reference, profile: gather(400, 4) };
  const moved = checkDrift(easy, gather(150, 2))
    .filter(({ moved }) => moved).map(({ name }) => name);
  assert.ok(moved.includes("losses") && !moved.includes("surprise"), moved.join());
});

Deno.test("given codes are compared where the window has some", () => {
  const names = (notes: readonly ObservedNote[]) =>
    checkDrift(reference, profileNotes(notes, RULE)).map(({ name }) => name);
  const all = ["tokens", "unknown", "highest", "expected", "assigned"];
  const bare = window.map((note) => ({ ...note, labels: undefined }));
  assert.deepEqual(names(bare), all);
  assert.deepEqual(names(window), [...all, "carried", "losses", "surprise", "excess"]);
});

Deno.test("a run whose probabilities are far off is compared with itself, and nothing moved", () => {
  const squash = (note: ObservedNote): ObservedNote => ({
    ...note,
    scores: note.scores.map((score) => 0.3 + 0.4 * score),
  });
  const off: DriftReference = {
    ...reference,
    profile: profileNotes(drawNotes(400, "dev").map(squash), RULE),
  };
  for (let at = 0; at < 20; at++) {
    const moved = checkDrift(off, profileNotes(drawNotes(150, `window ${at}`).map(squash), RULE))
      .filter(({ moved }) => moved);
    assert.deepEqual(moved, []);
  }
});

Deno.test("what the reference lacks of given codes is named and not compared", () => {
  const { given, ...rest } = reference.profile;
  const earlier: DriftReference = {
    ...reference,
    profile: { ...rest, given: { ...given!, surprise: undefined, excess: undefined } },
  };
  const now = profileNotes(window, RULE);
  assert.deepEqual(missingFigures(earlier, now), ["surprise", "excess"]);
  assert.deepEqual(missingFigures(earlier, { ...now, given: undefined }), []);
  assert.deepEqual(missingFigures(reference, now), []);
  const compared = checkDrift(earlier, now).map(({ name }) => name);
  assert.deepEqual(compared.slice(-2), ["carried", "losses"]);
});

Deno.test("a check of rates names the label that differs most, with its rates", () => {
  const notes = window.map((note) => ({
    ...note,
    scores: note.scores.map((score, label) => label === 9 ? 0.9 : score),
  }));
  const check = checkDrift(reference, profileNotes(notes, RULE))
    .find(({ name }) => name === "assigned")!;
  assert.ok(check.kind === "rate");
  assert.equal(check.label, 9);
  assert.equal(check.now, 1);
  assert.ok(check.before < 0.5 && check.probability < check.threshold);
});
