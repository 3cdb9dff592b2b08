import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { Description } from "../../../model/run/description.ts";
import { formatDescription } from "../../../tasks/describe/words.ts";

const description: Description = {
  tensors: [
    { name: "embed.weight", shape: [50_000, 100], values: 5_000_000, trained: false },
    { name: "final.bias", shape: [50], values: 50, trained: true },
  ],
  parameters: 50,
  memory: {
    weights: 20_000_200,
    optimizer: 400,
    step: {
      shape: { documents: 16, width: 4000 },
      needed: 3.2e9,
      available: 8e9,
      fittingTokens: 161_000,
    },
  },
  epoch: { documents: 8066, cut: 12, steps: 505, passes: 510 },
};

Deno.test("a description lists tensors, then says parameters, memory, what fits, and an epoch", () => {
  assert.equal(
    formatDescription(description, resolveConfig({ model: "caml" })),
    `CAML, its tensors

tensor              shape    numbers  trained
embed.weight  50000 × 100  5,000,000       no
final.bias             50         50      yes

parameters: 50 trained, 5,000,000 not (frozen word vectors, statistics of batch norm)
memory: weights 20 MB, Adam's moments 0 kB, a step of 16 × 4,000 tokens about 3.2 GB
fits: 8.0 GB are free, enough for a batch of 40 documents of 4,000 tokens in one pass; a batch of ` +
      `more than 64,000 tokens (microTokens) is computed in several
epoch: 8,066 documents in 505 steps of 16 at most, in 510 passes; 12 are cut at 2,500 tokens`,
  );
});

Deno.test("where not even one document fits, that is said", () => {
  const step = { ...description.memory.step!, fittingTokens: 3999 };
  const text = formatDescription(
    { ...description, memory: { ...description.memory, step } },
    resolveConfig({}),
  );
  assert.match(text, /8\.0 GB are free, not enough for one document of 4000 tokens/);
});

Deno.test("a device's memory is not spoken of", () => {
  const text = formatDescription(
    { ...description, memory: { ...description.memory, step: undefined } },
    resolveConfig({}),
  );
  assert.doesNotMatch(text, /free|a step of/);
});
