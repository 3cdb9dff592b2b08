import assert from "node:assert/strict";
import * as v from "valibot";
import { digest, fraction, natural, positive } from "../../../pipeline/files/field_schemas.ts";
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

Deno.test("a fraction is a number from 0 to 1, both with it", () => {
  for (const value of [0, 0.5, 1]) assert.ok(v.is(fraction, value), `${value}`);
  for (const value of [-1e-9, 1 + 1e-9, NaN, Infinity, "0.5", null]) {
    assert.ok(!v.is(fraction, value), `${value}`);
  }
});

Deno.test("a number of things that is too small is said to be from 1", () => {
  for (const value of [0, -1]) {
    const [issue] = v.safeParse(positive, value, { abortEarly: true }).issues!;
    assert.equal(issue.expected, ">=1");
  }
});
