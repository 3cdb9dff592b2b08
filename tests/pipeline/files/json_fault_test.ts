import assert from "node:assert/strict";
import * as v from "valibot";
import { describeFault, describeIssue } from "../../../pipeline/files/json_fault.ts";

const schema = v.strictObject({ seed: v.number(), inner: v.optional(v.strictObject({})) });

function issueOf(value: unknown) {
  return v.safeParse(schema, value).issues![0];
}

Deno.test("the first key that is wrong is named, with what was expected and found", () => {
  assert.equal(describeIssue(issueOf({ seed: "one" })), 'seed: expected number, found "one"');
  assert.equal(describeIssue(issueOf({})), "seed: it is missing");
  assert.equal(
    describeIssue(issueOf({ seed: 1, inner: { a: 1 } })),
    "inner.a: there is no such key",
  );
});

Deno.test("fault 50: no text of the file is shown, be it a value or a key", () => {
  const text = "the patient said so";
  for (const value of [{ seed: text }, { seed: 1, [text]: 1 }, text]) {
    const said = describeIssue(issueOf(value));
    assert.doesNotMatch(said, /patient/);
    assert.match(said, /a text of 19 characters/);
  }
});

Deno.test("what a parser says is its first line", () => {
  assert.equal(describeFault(new SyntaxError("no JSON (line 3)\nmore")), "no JSON (line 3)");
  assert.throws(() => v.parse(schema, { seed: null }), (error) => {
    assert.equal(describeFault(error), "seed: expected number, found null");
    return true;
  });
});
