import assert from "node:assert/strict";
import { decideScores, requireLearned } from "../../../model/run/decision.ts";

const isotonic = { scores: [0.2, 0.6], probabilities: [0, 0.4] };
const learned = {
  icd: {
    calibration: { temperature: 1, isotonic, use: "isotonic" },
    acceptance: { precision: 0.9, confidence: 0.9, threshold: 0.5 },
  },
} as const;
const icd = { task: "icd", tuned: 0.4 } as const;

Deno.test("the tuned threshold is of scores, and is shown as a probability", () => {
  const { threshold, isAssigned } = decideScores({ learned }, icd);
  assert.equal(threshold.toFixed(6), "0.200000");
  assert.deepEqual([0.39, 0.41].map(isAssigned), [false, true]);
});

Deno.test("a threshold that is asked for is of probabilities", () => {
  const { isAssigned } = decideScores({ learned, threshold: 0.3 }, icd);
  assert.deepEqual([0.41, 0.51].map(isAssigned), [false, true]);
});

Deno.test("nothing below the threshold of decisions is accepted unseen", () => {
  const { isAccepted } = decideScores({ learned, threshold: 0.39 }, icd);
  assert.deepEqual([0.45, 0.55, 0.6].map(isAccepted), [false, false, true]);
});

Deno.test("a run that has learned nothing gives scores as they are, and promises nothing", () => {
  const { probability, isAccepted, threshold } = decideScores({}, {
    task: "icd",
    tuned: undefined,
  });
  assert.deepEqual([probability(0.3), isAccepted(0.9), threshold], [0.3, undefined, 0.5]);
});

Deno.test("fault 83: a calibration that no evaluation has taught is refused", () => {
  const run = { directory: "runs/a" };
  for (const known of [undefined, {}, { ccs: learned.icd }]) {
    assert.throws(
      () => requireLearned(run, "icd", { learned: known, calibration: "isotonic" }),
      {
        name: "UsageError",
        message: /^calibrating icd of runs\/a by isotonic: .* --run runs\/a, or /,
      },
    );
    for (const calibration of ["none", undefined] as const) {
      requireLearned(run, "icd", { learned: known, calibration });
    }
  }
  requireLearned(run, "icd", { learned, calibration: "temperature" });
});
