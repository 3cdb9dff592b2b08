import assert from "node:assert/strict";
import { isInstalled, startEngine } from "../../../../model/engine/engine.ts";
import { executeOperation, type Executor } from "../../../../model/engine/operation.ts";
import { tf } from "../../../../model/engine/tf.ts";
import { cudnnRecurrence } from "../../../../model/layers/recurrence/cudnn.ts";
import { checkCudnn, compareRecurrences } from "../../../../model/layers/recurrence/cudnn_check.ts";
import { plainRecurrence } from "../../../../model/layers/recurrence/plain.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { type Departures, fakeCudnn } from "../../../_support/fake_cudnn.ts";
import { assertNoLeak } from "../../../_support/layers.ts";

onEveryEngine("a cuDNN that computes the same is to be taken", () => {
  const { recurrence, description } = assertNoLeak(() => checkCudnn(fakeCudnn()));
  assert.equal(description, "recurrence: cuDNN");
  assert.notEqual(recurrence, plainRecurrence);
});

const departures: Record<string, Departures> = {
  "changes reset and update": { swapGates: [0, 1] },
  "changes input and new": { swapGates: [0, 2] },
  "reads padding": { ignoreLengths: true },
  "is off by a thousandth in its gradients": { gradientScale: 1.001 },
  "has gradients that are not numbers": { gradientScale: NaN },
};

for (const [what, departure] of Object.entries(departures)) {
  onEveryEngine(`a cuDNN that ${what} is not to be taken`, () => {
    const { recurrence, description } = assertNoLeak(() => checkCudnn(fakeCudnn(departure)));
    assert.match(description, /^recurrence: plain operations \(cuDNN differs by \S+\)$/);
    assert.equal(recurrence, plainRecurrence);
  });
}

onEveryEngine("rounding errors below 1e-4 are let pass", () => {
  const rounding = fakeCudnn({ gradientScale: 1.00005 });
  const difference = compareRecurrences(cudnnRecurrence(rounding), plainRecurrence);
  assert.ok(difference > 4e-5 && difference < 6e-5, `${difference}`);
  assert.equal(checkCudnn(rounding).description, "recurrence: cuDNN");
});

onEveryEngine("a cuDNN that fails is not to be taken, and its error is quoted on one line", () => {
  const failing: Executor = (operation) => {
    throw new Error(`${operation}:\n  no such kernel`);
  };
  const { recurrence, description } = assertNoLeak(() => checkCudnn(failing));
  assert.equal(
    description,
    "recurrence: plain operations (cuDNN is unavailable: CudnnRNNCanonicalToParams: no such kernel)",
  );
  assert.equal(recurrence, plainRecurrence);
});

Deno.test("TensorFlow takes every call to cuDNN as it is, and lacks the device only", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  await startEngine({ engine: "tensorflow" });
  const seen = new Set<string>();
  const int8 = { type: "int8" } as const;
  const float32 = { type: "float32" } as const;
  const hostReserved = () =>
    executeOperation("Cast", { SrcT: float32, DstT: int8 }, [tf.scalar(0)], 1)[0]!;
  const fake = fakeCudnn({ hostReserved });
  const execute: Executor = (operation, attributes, ...rest) => {
    assert.throws(() => executeOperation(operation, attributes, ...rest), ({ message }: Error) => {
      // TensorFlow looks for a kernel once attributes and the number of inputs have passed.
      const found = message.match(/Could not find device for node: .* = (\w+)\[(.*)\]/);
      assert.ok(found, message);
      seen.add(`${found[1]}[${found[2]}]`);
      return true;
    });
    return fake(operation, attributes, ...rest);
  };
  assert.ok(compareRecurrences(cudnnRecurrence(execute), plainRecurrence) < 1e-5);
  const nodes = [["uni", 1], ["bi", 2]].flatMap(([prefix, directions]) =>
    [["gru", 3], ["lstm", 4]].flatMap(([mode, gates]) => {
      const start = `T=DT_FLOAT, direction="${prefix}directional", dropout=0, ` +
        `input_mode="linear_input", `;
      const end = `rnn_mode="${mode}", seed=0, seed2=0`;
      const packing = `[${start}num_params=${2 * +directions! * +gates!}, ${end}]`;
      return [
        `CudnnRNNCanonicalToParams${packing}`,
        `CudnnRNNParamsToCanonical${packing}`,
        `CudnnRNNV3[${start}is_training=true, num_proj=0, ${end}, time_major=false]`,
        `CudnnRNNBackpropV3[${start}num_proj=0, ${end}, time_major=false]`,
      ];
    })
  );
  assert.deepEqual([...seen].sort(), nodes.sort());
});
