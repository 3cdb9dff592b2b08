import fc from "fast-check";
import assert from "node:assert/strict";
import { spansOf } from "../../../pipeline/evidence/token_spans.ts";
import { locateTokens } from "../../../pipeline/text/tokens.ts";

const passage = (...stretches: { start: number; end: number }[]) => ({
  document: "1",
  code: "r52",
  stretches,
  where: "x.tsv, line 1",
});

Deno.test("a stretch is the tokens that it touches, in notes of any script", () => {
  const note = fc.string({
    unit: fc.constantFrom("a", "é", " ", ".", "\u{1f600}", "患", "7", "\u00ad", "İ"),
  });
  fc.assert(fc.property(note, fc.nat(20), fc.nat(20), (note, one, other) => {
    const points = [...note];
    const start = Math.min(one, other, points.length);
    const end = Math.min(Math.max(one, other), points.length);
    const tokens = locateTokens(note);
    const touched = tokens.flatMap((token, at) => {
      const from = [...note.slice(0, token.start)].length;
      const to = [...note.slice(0, token.end)].length;
      return to > start && from < end && end > start ? [at] : [];
    });
    const [span] = spansOf(passage({ start, end }), note, tokens);
    const found = span
      ? Array.from({ length: span.end - span.first }, (_, i) => span.first + i)
      : [];
    assert.deepEqual(found, touched);
  }));
});

Deno.test("a stretch without a token, and an empty one, are none", () => {
  const note = "Na 140, K 4.2";
  const stretches = [{ start: 3, end: 6 }, { start: 1, end: 1 }, { start: 8, end: 9 }];
  const spans = spansOf(passage(...stretches), note, locateTokens(note));
  assert.deepEqual(spans, [{ first: 1, end: 2 }]);
});

Deno.test("a stretch beyond the note's end is refused, without a word of the note", () => {
  const note = "canary \u{1f600}";
  const tokens = locateTokens(note);
  assert.deepEqual(spansOf(passage({ start: 0, end: 8 }), note, tokens), [{ first: 0, end: 1 }]);
  assert.throws(() => spansOf(passage({ start: 0, end: 9 }), note, tokens), (error: Error) => {
    assert.equal(error.name, "DataError");
    assert.match(
      error.message,
      /^reading x\.tsv, line 1: it ends at character 9 of a note of 8; expected/,
    );
    assert.doesNotMatch(error.message, /canary/);
    return true;
  });
});
