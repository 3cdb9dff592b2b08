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
  ];
  for (const [request, title] of titles) assert.equal(systemTitle(resolveConfig(request)), title);
});
