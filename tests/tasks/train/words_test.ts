import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { dryRunJson, formatDryRun, idleWarnings } from "../../../tasks/train/words.ts";

const step = {
  step: 1,
  epoch: 0,
  position: 1,
  epochSteps: 1,
  loss: 0.69314,
  gradientNorm: 1,
  learningRate: 1e-3,
  documents: 16,
  tokens: 60_000,
  seconds: 1.52,
};
const done = { step, epochSteps: 505, scored: 16, checkpointBytes: 48e6 };

Deno.test("a dry run is said in a line for each thing that was tried", () => {
  assert.equal(
    formatDryRun(done),
    `step: the largest batch, 16 documents of 60,000 tokens in all: loss 0.6931, 1.5 s
epoch: 505 steps, 12 min 48 s at most
dev: 16 documents scored
checkpoint: 48 MB, written and read back
nothing of it is kept`,
  );
});

Deno.test("programs are told of a dry run what people are", () => {
  assert.deepEqual(JSON.parse(dryRunJson(done)), {
    step: { documents: 16, tokens: 60_000, loss: 0.69314, seconds: 1.52 },
    epochSteps: 505,
    scored: 16,
    checkpointBytes: 48e6,
  });
});

Deno.test("fault 83: what is set and changes nothing is said, once a key", () => {
  const set = ["loss.gamma=1", "loss.gamma=2", "seed=3", "model.ramUp=linear"];
  assert.deepEqual(idleWarnings({ config: resolveConfig({ model: "caml", set }) }, { set }), [
    "warning: --set loss.gamma changes nothing here; leave it out",
    "warning: --set model.ramUp changes nothing here; leave it out",
  ]);
  assert.deepEqual(idleWarnings({ config: resolveConfig({ set }) }, { set }), []);
  assert.deepEqual(idleWarnings({ config: resolveConfig({ model: "caml" }) }, {}), []);
});
