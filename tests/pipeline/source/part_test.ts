import assert from "node:assert/strict";
import { isInPart } from "../../../pipeline/source/part.ts";

const patients = Array.from({ length: 1000 }, (_, at) => `${10_000 + at}`);

Deno.test("every patient is in one part, and parts are about as large", () => {
  for (const count of [1, 2, 3, 7]) {
    const sizes = Array.from({ length: count }, (_, at) => {
      const part = { number: at + 1, of: count };
      return patients.filter((patient) => isInPart(part, patient)).length;
    });
    assert.equal(sizes.reduce((sum, size) => sum + size), patients.length);
    assert.ok(sizes.every((size) => Math.abs(size - patients.length / count) < 60), `${sizes}`);
  }
});

Deno.test("who is in which part never changes: parts made by different versions would overlap", () => {
  const numbers = ["", "1", "10006", "a b"].map((patient) =>
    [1, 2, 3, 4, 5].find((number) => isInPart({ number, of: 5 }, patient))
  );
  assert.deepEqual(numbers, [4, 1, 3, 3]);
});
