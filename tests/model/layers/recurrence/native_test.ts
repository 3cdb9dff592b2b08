import assert from "node:assert/strict";
import { withRecurrence } from "../../../../model/layers/recurrence/choose.ts";
import { compareRecurrences } from "../../../../model/layers/recurrence/cudnn_check.ts";
import { nativeRecurrence } from "../../../../model/layers/recurrence/native.ts";
import { plainRecurrence } from "../../../../model/layers/recurrence/plain.ts";
import { createGru } from "../../../../model/layers/recurrence/recurrent.ts";
import { kernelsRunBy, onNativeKernels } from "../../../_support/kernels.ts";
import { withLayer } from "../../../_support/layer_properties.ts";
import { gradientsOf, noise } from "../../../_support/layers.ts";

onNativeKernels("the kernels' GRU and LSTM are those of plain operations", () => {
  const difference = compareRecurrences(nativeRecurrence, plainRecurrence);
  assert.ok(difference < 1e-5, `${difference}`);
});

onNativeKernels("a whole sequence is one kernel forward and one backward", () => {
  withLayer((scope) => createGru(scope, 3, 5, { bidirectional: true }), [4, 2], (test) => {
    const { layer, weights, batch } = test;
    const x = noise([2, 4, 3], 1, batch.mask);
    const kernels = kernelsRunBy(() => {
      const forward = (input: typeof x) =>
        withRecurrence(nativeRecurrence, () => layer(input, batch));
      gradientsOf(forward, x, noise([2, 4, 10], 2), weights);
    });
    assert.deepEqual(kernels, ["MarnGru", "MarnGruGradient"]);
  });
});
