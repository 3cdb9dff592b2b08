import assert from "node:assert/strict";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import { parseIds } from "../../../pipeline/lists/id_lists.ts";

Deno.test("a list is read as ids, whatever ends its lines", () => {
  assert.deepEqual(parseIds("\ufeff1\r\n 2 \r\n\r\n3\r4", "list"), new Set(["1", "2", "3", "4"]));
});

Deno.test("an empty list has no ids", () => {
  assert.deepEqual(parseIds("\n", "list"), new Set());
});

Deno.test("a line that is no id is refused by its number, and not shown", () => {
  assert.throws(() => parseIds("3\nsecret\n", "dev.csv"), (error) => {
    assert.ok(error instanceof DataError);
    assert.match(error.message, /^reading dev\.csv: line 2 is no HADM_ID; [^\n]*$/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

Deno.test("a list that names a document twice is refused with both lines", () => {
  assert.throws(() => parseIds("7\n8\n\n7\n", "train.csv"), {
    name: IntegrityError.name,
    message: /^reading train\.csv: lines 1 and 4 both name HADM_ID 7; expected each id once; /,
  });
});
