import assert from "node:assert/strict";
import * as v from "valibot";
import { digest, natural, positive } from "../../../pipeline/files/field_schemas.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";

Deno.test("a count is a whole number from 0 that is kept exactly", () => {
  for (const value of [0, 7, 2 ** 53 - 1]) assert.ok(v.is(natural, value), `${value}`);
  for (const value of [-1, 1.5, 2 ** 53, NaN, "7", null]) assert.ok(!v.is(natural, value));
});

Deno.test("a number of things that must be there is a count from 1", () => {
  for (const value of [1, 7, 2 ** 53 - 1]) assert.ok(v.is(positive, value), `${value}`);
  for (const value of [0, -1, 1.5, 2 ** 53, "7", null]) assert.ok(!v.is(positive, value));
});

Deno.test("a digest is 64 hexadecimal digits in lower case", () => {
  const good = sha256("");
  assert.ok(v.is(digest, good));
  for (const value of [good.slice(1), `${good}0`, good.toUpperCase(), `${good}\n`, 7]) {
    assert.ok(!v.is(digest, value), `${value}`);
  }
});
