import assert from "node:assert/strict";
import fc from "fast-check";
import { wholeNumber } from "../../../pipeline/source/whole_number.ts";

Deno.test("fault 60: digits that are certain are found in any form", () => {
  const forms = [
    "145834",
    "145834.0",
    "145834.",
    "145834.000",
    "1.45834E+05",
    "1.45834e5",
    "1.45834E5",
  ];
  const marked = ['="145834"', "'145834", " 145834 ", "\ufeff145834", "145834\u200b"];
  assert.deepEqual(
    [...forms, ...marked].map(wholeNumber),
    [...forms, ...marked].map(() => "145834"),
  );
});

Deno.test("fault 60: digits that were rounded away are not made up", () => {
  const lost = [
    "1.46E+05",
    "1E5",
    "1.458340E+05",
    "145834.5",
    "-1",
    "+1",
    "1,458",
    "1 458",
    "x1",
    "",
    "nan",
  ];
  assert.deepEqual(lost.filter((text) => wholeNumber(text) !== undefined), []);
});

Deno.test("every whole number is found in the forms that programs write it in", () => {
  fc.assert(fc.property(fc.nat(1e9), (number) => {
    const written = [`${number}`, `${number}.0`];
    if (number > 0) written.push(number.toExponential(), number.toExponential().toUpperCase());
    const digits = written.map(wholeNumber);
    // JavaScript leaves zeros at the end of a mantissa out: those forms are not certain.
    assert.ok(digits.every((found) => found === undefined || found === `${number}`));
    assert.equal(digits[1], `${number}`);
  }));
});
