import assert from "node:assert/strict";
import {
  afterEpoch,
  afterStep,
  parseTrainState,
  startState,
  type TrainState,
} from "../../../model/train/train_state.ts";

const state: TrainState = {
  step: 11,
  epoch: 1,
  position: 3,
  totals: { loss: 2.5, documents: 12, tokens: 90 },
  stopping: { best: 0.4, bestEpoch: 0, stale: 1 },
};

Deno.test("a step counts its batch, whose loss is a mean over documents", () => {
  assert.deepEqual(afterStep(state, { loss: 0.25, documents: 4, tokens: 30 }), {
    ...state,
    step: 12,
    position: 4,
    totals: { loss: 3.5, documents: 16, tokens: 120 },
  });
});

Deno.test("after an epoch the next begins at its first batch, with sums of nothing", () => {
  const stopping = { best: 0.5, bestEpoch: 1, stale: 0 };
  assert.deepEqual(afterEpoch(state, stopping), {
    step: 11,
    epoch: 2,
    position: 0,
    totals: { loss: 0, documents: 0, tokens: 0 },
    stopping,
  });
});

for (const [what, kept] of Object.entries({ start: startState, middle: state })) {
  Deno.test(`a state at the ${what} of a run survives JSON`, () => {
    assert.deepEqual(parseTrainState(JSON.stringify(kept), "last.safetensors"), kept);
  });
}

const text = JSON.stringify(state);
const damaged: Record<string, string> = {
  "half of it": text.slice(0, 40),
  "nothing": "null",
  "a step between two": text.replace(`"step":11`, `"step":11.5`),
  "a negative epoch": text.replace(`"epoch":1`, `"epoch":-1`),
  "no position": text.replace(`"position":3,`, ``),
  "an infinite loss": text.replace(`2.5`, `1e999`),
  "an epoch before the first": text.replace(`"bestEpoch":0`, `"bestEpoch":-2`),
  "a key of another version": text.replace(`"step":11`, `"step":11,"generator":7`),
};

for (const [what, text] of Object.entries(damaged)) {
  Deno.test(`a stored state with ${what} is refused`, () => {
    assert.throws(() => parseTrainState(text, "run/last.safetensors"), {
      name: "IntegrityError",
      message: /^reading run\/last\.safetensors: its training state is not one .*; go on from/,
    });
  });
}
