import assert from "node:assert/strict";
import { configHash, flatten, parseConfig, parseConfigText } from "../../../model/config/config.ts";
import { assign } from "../../../model/config/assign.ts";
import { base } from "../../../model/config/presets.ts";
import { UsageError } from "../../../pipeline/errors.ts";

/** The base configuration's JSON with one piece of text replaced. */
function edited(from: string, to: string): string {
  const text = JSON.stringify(base);
  assert.ok(text.includes(from), `${from} is not in the base configuration`);
  return text.replace(from, to);
}

Deno.test("a configuration survives JSON and is frozen", () => {
  const config = parseConfigText(JSON.stringify(base));
  assert.deepEqual(config, base);
  assert.throws(() => Object.assign(config, { seed: 2 }), TypeError);
  assert.throws(() => Object.assign(config.model, { hidden: 2 }), TypeError);
});

Deno.test("hostile configuration text is a usage error naming the key", () => {
  const hostile: [string, RegExp][] = [
    ["{", /not JSON/],
    ["null", /\(the whole\) is null/],
    ["[]", /target|model/],
    [edited(`"seed":1`, `"seed":1,"__proto__":{"epochs":1}`), /no key "__proto__"/],
    [edited(`"seed":1`, `"seed":1,"constructor":1`), /no key "constructor"/],
    [edited(`"hidden":300`, `"hidden":300,"__proto__":{"ram":false}`), /"model.__proto__"/],
    [edited(`"hidden":300`, `"hidden":301`), /model.hidden is 301, expected a multiple of 2/],
    [edited(`"hidden":300`, `"hidden":null`), /model.hidden is null/],
    [edited(`"hidden":300`, `"hidden":1e999`), /model.hidden is Infinity/],
    [edited(`"hidden":300,`, ``), /model.hidden is undefined/],
    [edited(`"name":"marn"`, `"name":"toString"`), /model.name/],
    [edited(`"seed":1`, `"seed":${"[".repeat(5000)}${"]".repeat(5000)}`), /seed is Array/],
    [edited(`"p@5"`, `"p@6"`), /monitor is "p@6"/],
  ];
  for (const [text, message] of hostile) {
    assert.throws(
      () => parseConfigText(text),
      (error) => error instanceof UsageError && message.test(error.message),
      text.slice(0, 200),
    );
  }
  assert.throws(() => parseConfig({ ...base, seed: NaN }), /seed is NaN, expected/);
});

Deno.test("the hash covers every key but those that only say when to stop", () => {
  const hash = configHash(base);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(configHash(assign(base, { epochs: 3, patience: 1 })), hash);
  const changed: Record<string, string | number | boolean> = {
    target: "ccs",
    "loss.name": "bce",
    monitor: "p@8",
  };
  for (const [key, value] of flatten(base)) {
    if (["epochs", "patience", "model.name"].includes(key)) continue;
    const other = changed[key] ??
      (typeof value === "boolean" ? !value : Number(value) < 1 ? Number(value) / 2 + 0.01 : 2);
    if (other === value) continue;
    assert.notEqual(configHash(assign(base, { [key]: other })), hash, key);
  }
  assert.notEqual(configHash(assign(base, { seed: 2 })), hash);
});
