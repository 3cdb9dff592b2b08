import assert from "node:assert/strict";
import { NoteWarnings } from "../../../tasks/predict/note_warnings.ts";

/** What is said of notes of ten tokens, of which so many are known each. */
function saidOf(known: readonly number[]): string[] {
  const said: string[] = [];
  const warnings = new NoteWarnings((line) => said.push(line));
  for (const [at, count] of known.entries()) {
    warnings.hear({ id: String(at), tokens: 10, read: 10, known: count });
  }
  warnings.end();
  return said;
}

Deno.test("each of few notes that are doubtful is named, the others are not", () => {
  const said = saidOf([10, 2, 9, 0]);
  assert.equal(said.length, 2);
  assert.match(said[0]!, /^warning: of 1 2 of 10 tokens are known;/);
  assert.match(said[1]!, /^warning: no token of 3 is known;/);
});

Deno.test("of many notes that are doubtful ten are named, and the rest are counted", () => {
  const said = saidOf([10, ...new Array<number>(1300).fill(1)]);
  assert.equal(said.length, 11);
  assert.match(said[9]!, /^warning: of 10 1 of 10 tokens are known;/);
  assert.match(
    said[10]!,
    /^warning: 1,290 more notes were cut, or few of their tokens are known; /,
  );
});
