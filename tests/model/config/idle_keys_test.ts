import assert from "node:assert/strict";
import { isIdle } from "../../../model/config/idle_keys.ts";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";

const rows: readonly (readonly [key: string, request: ConfigRequest, idle: boolean])[] = [
  ["loss.alpha", { model: "caml" }, true],
  ["loss.gamma", { model: "caml", loss: "focal" }, false],
  ["loss.gamma", { model: "marn", loss: "bce" }, true],
  ["loss.icdWeight", { model: "marn" }, false],
  ["loss.icdWeight", { model: "marn", mtl: false }, true],
  ["model.ramUp", { model: "marn" }, false],
  ["model.ramUp", { model: "marn", ram: false }, true],
  ["seed", { model: "caml" }, false],
];
for (const [key, request, idle] of rows) {
  Deno.test(`${key} changes ${idle ? "nothing" : "something"} with ${JSON.stringify(request)}`, () => {
    assert.equal(isIdle(resolveConfig(request), key), idle);
  });
}
