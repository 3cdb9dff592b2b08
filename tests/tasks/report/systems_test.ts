import assert from "node:assert/strict";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";
import { systemTitle } from "../../../tasks/report/systems.ts";

Deno.test("a system is called what the paper calls it, with what was added or removed", () => {
  const titles: [ConfigRequest, string][] = [
    [{}, "MARN"],
    [{ ram: false }, "MARN w/o RAM"],
    [{ mtl: false, ram: false, loss: "bce" }, "MARN w/o MTL+RAM+FL"],
    [{ model: "caml" }, "CAML"],
    [{ base: "caml", mtl: true, ram: true, loss: "focal" }, "CAML + MTL + RAM + FL"],
    [{ model: "mt-ram" }, "MT-RAM"],
    [{ model: "laat" }, "LAAT"],
    [{ preset: "demo" }, "MARN, raw vectors"],
    [{ preset: "demo", ram: false }, "MARN w/o RAM, raw vectors"],
    [{ set: ["model.ramUp=linear"] }, "MARN, linear up-sampling"],
    [{ ram: false, set: ["model.ramUp=linear"] }, "MARN w/o RAM"],
  ];
  for (const [request, title] of titles) assert.equal(systemTitle(resolveConfig(request)), title);
});
