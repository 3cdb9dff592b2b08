import fc from "fast-check";
import assert from "node:assert/strict";
import { formatSealed, isSealed } from "../../../pipeline/files/sealed.ts";

const record = {
  format: "example",
  values: [1, 2],
  sha256: "not this one",
  nested: { sha256: "nor" },
};

for (const indent of [0, 2]) {
  Deno.test(`a record indented by ${indent} is sealed, and comes back`, () => {
    const text = formatSealed(record, indent);
    assert.ok(isSealed(text));
    const { sha256, ...read } = JSON.parse(text);
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(read, { format: "example", values: [1, 2], nested: { sha256: "nor" } });
  });

  Deno.test(`fault 40: a change anywhere breaks the seal, indented by ${indent}`, () => {
    const text = formatSealed(record, indent);
    fc.assert(fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 1 }), (at, put) => {
      const changed = text.slice(0, at) + put + text.slice(at + 1);
      fc.pre(changed !== text);
      assert.ok(!isSealed(changed));
    }));
  });
}

Deno.test("a text without a digest is not sealed", () => {
  assert.ok(!isSealed('{"format": "example"}\n'));
  assert.ok(!isSealed(""));
});
