import assert from "node:assert/strict";
import { METHODS, methodsOf, usualMethod } from "../../../model/attribution/methods.ts";
import { systems } from "../../../model/zoo/systems.ts";
import { goldenModel } from "../../_support/golden_systems.ts";
import { onOneEngine } from "../../_support/engines.ts";

onOneEngine(
  "systems with label attention can be asked for everything, others for gradients",
  () => {
    for (const { name } of systems) {
      const model = goldenModel(name);
      const plain = ["cnn", "bigru", "mdbert"].includes(name);
      assert.deepEqual(methodsOf(model), plain ? ["gradient"] : METHODS, name);
      assert.equal(usualMethod(model), plain ? "gradient" : "attention", name);
      model.weights.dispose();
    }
  },
);
