import { withRecurrence } from "../../../../model/layers/recurrence/choose.ts";
import { plainRecurrence } from "../../../../model/layers/recurrence/plain.ts";
import { createGru, createLstm } from "../../../../model/layers/recurrence/recurrent.ts";
import { agreesWithPyTorch } from "../../../_support/layer_properties.ts";
import { goldenCases } from "../../../_support/layers.ts";

for (const [kind, create] of Object.entries({ gru: createGru, lstm: createLstm })) {
  for (const golden of goldenCases(kind)) {
    const bidirectional = "weight_ih_l0_reverse" in golden.weights;
    agreesWithPyTorch(
      `${kind} in plain operations, in ${bidirectional ? "both directions" : "one direction"}`,
      golden,
      (scope) => {
        const layer = create(scope, 5, 4, { bidirectional });
        return (x, batch) => withRecurrence(plainRecurrence, () => layer(x, batch));
      },
    );
  }
}
