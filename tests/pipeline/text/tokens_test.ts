import fc from "fast-check";
import assert from "node:assert/strict";
import { locateTokens, tokenize } from "../../../pipeline/text/tokens.ts";

/** Text with what breaks tokenisers: marks, wide letters, İ, final sigma, lone surrogates. */
const odd = fc.array(
  fc.oneof(
    fc.constantFrom(
      " ",
      "\n",
      ".",
      "'",
      "_",
      "7",
      "é",
      "e\u0301",
      "İ",
      "ΑΣ",
      "ß",
      "K",
      "𝒜",
      "Ⅷ",
      "²",
    ),
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constant("\ud800"),
  ),
).map((parts) => parts.join(""));

Deno.test("tokens are lowercased runs with a letter", () => {
  const cases: Record<string, string[]> = {
    "": [],
    "  \n": [],
    "2 mg b.i.d.": ["mg", "b", "i", "d"],
    "[**2118-6-2**] Dr. [**Last Name (STitle) 61**]": ["dr", "last", "name", "stitle"],
    "T5N1M0 x_y _7 __": ["t5n1m0", "x_y"],
    "naïve ÉTÉ": ["naïve", "été"],
    "β-blocker, 5µg": ["β", "blocker", "5µg"],
    "e\u0301": ["e"], // a combining mark is no letter
    "ΟΔΟΣ": ["οδος"],
    "³ ½ Ⅳ": [], // digits and number letters, but no letter
    "患者": ["患者"],
  };
  for (const [text, tokens] of Object.entries(cases)) {
    assert.deepEqual(tokenize(text), tokens, text);
  }
});

Deno.test("located tokens are the tokens, each where the text has it", () => {
  fc.assert(fc.property(odd, (text) => {
    const located = locateTokens(text);
    assert.deepEqual(located.map(({ token }) => token), tokenize(text));
    let last = 0;
    for (const { token, start, end } of located) {
      assert.ok(last <= start && start < end && end <= text.length);
      const written = text.slice(start, end).toLowerCase();
      // A final sigma and the two halves of İ's lower case depend on their neighbours.
      assert.ok(written.replaceAll("ς", "σ").includes(token.replaceAll("ς", "σ")), token);
      last = end;
    }
  }));
});

Deno.test("places hold behind a letter whose lower case is longer", () => {
  const text = "İzmir: fever";
  const [, , fever] = locateTokens(text);
  assert.equal(text.slice(fever!.start, fever!.end), "fever");
});
