import assert from "node:assert/strict";
import { DataError, LockedError } from "../../../pipeline/errors.ts";
import { describeFailure } from "../../../tasks/cli/failure.ts";

Deno.test("an error that is reported is its message, on one line, and its exit code", () => {
  const error = new DataError("reading a\u001b[31m.csv:\nno row");
  assert.deepEqual(describeFailure(error), { message: "reading a[31m.csv: no row", exitCode: 3 });
});

Deno.test("of two errors the first is told", () => {
  const first = new LockedError("in use");
  const later = new Error("and could not be closed");
  assert.equal(describeFailure(new SuppressedError(later, first)).exitCode, 6);
  assert.equal(describeFailure(new AggregateError([first, later])).message, "in use");
});

for (
  const [what, error] of [
    ["Deno's", new Deno.errors.NotFound("No such file or directory (os error 2): open 'a'")],
    ["Node's", Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })],
    ["memory's", new RangeError("Array buffer allocation failed")],
  ] as const
) {
  Deno.test(`fault 32: ${what} refusal is one line and ends with 5`, () => {
    const { message, exitCode } = describeFailure(error);
    assert.equal(exitCode, 5);
    assert.ok(message.startsWith(`${error.message}; free what is short`), message);
  });
}

Deno.test("what this command may not read ends with 2", () => {
  const error = new Deno.errors.NotCapable('Requires all access to "/proc/1/mem", run again');
  assert.equal(describeFailure(error).exitCode, 2);
});

Deno.test("a defect is one line that says where, and ends with 1", () => {
  const { message, exitCode } = describeFailure(new TypeError("x is undefined"));
  assert.equal(exitCode, 1);
  assert.match(message, /^TypeError: x is undefined \(at failure_test\.ts:\d+/);
  assert.match(message, /this is a defect of the program: please report it$/);
  assert.ok(!message.includes("\n"));
});

Deno.test("fault 50: a parser's message, which quotes what it read, is not shown", () => {
  const { message } = describeFailure(
    new SyntaxError("Unexpected token in 'the patient was seen'"),
  );
  assert.ok(!message.includes("patient"));
});

Deno.test("what is no error at all is a defect", () => {
  assert.match(describeFailure("the patient").message, /^something was thrown .* \(string\)/);
});
