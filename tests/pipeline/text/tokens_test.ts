import fc from "fast-check";
import assert from "node:assert/strict";
import { composeText } from "../../../pipeline/text/compose.ts";
import { readLineEnds } from "../../../pipeline/text/line_ends.ts";
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
      "\u00ad",
      "\u200d",
      "\u1112",
      "\u1161",
      "\u11ab",
      "가",
      "\u0345",
      "क्षि",
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
    "\u0301 5\u0301 \u0301a": ["a"], // a combining mark is no letter and starts no word
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
      const written = composeText(text.slice(start, end)).toLowerCase();
      // A final sigma and the two halves of İ's lower case depend on their neighbours.
      assert.ok(written.replaceAll("ς", "σ").includes(token.replaceAll("ς", "σ")), token);
      last = end;
    }
  }));
});

Deno.test("a text cut at a token's places and tokenised alone is that token, in any script", () => {
  fc.assert(
    fc.property(odd, (text) => {
      for (const { token, start, end } of locateTokens(text)) {
        // Whether a sigma is a final one depends on what lies behind the cut.
        const alone = tokenize(text.slice(start, end)).map((token) => token.replaceAll("ς", "σ"));
        assert.deepEqual(alone, [token.replaceAll("ς", "σ")]);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("places hold behind a letter whose lower case is longer", () => {
  const text = "İzmir: fever";
  const [, fever] = locateTokens(text);
  assert.equal(text.slice(fever!.start, fever!.end), "fever");
});

/** Words of many scripts, with marks that no composition removes, and with those it does. */
const scripts: { readonly [script: string]: string } = {
  Hindi: "रोगी को हृदय की विफलता है",
  "vocalised Arabic": "مَرِيضٌ يُعَانِي مِنْ قُصُورِ القَلْبِ",
  Hebrew: "שָׁלוֹם לַחוֹלֶה",
  Thai: "ผู้ป่วย น้ำตาล",
  Vietnamese: "bệnh nhân suy tim mạn tính",
  Spanish: "diagnóstico de corazón pequeño",
  Korean: "심부전 환자",
  Tamil: "நோயாளி",
  Greek: "ΚΑΡΔΙΑΚΉ ΑΝΕΠΆΡΚΕΙΑ".toLowerCase(),
  Yoruba: "àìsàn ọkàn e\u0323\u0301",
};
for (const [script, text] of Object.entries(scripts)) {
  Deno.test(`fault 62: words of ${script} are whole, and the same composed and decomposed`, () => {
    const words = text.normalize("NFC").split(" ");
    for (const form of ["NFC", "NFD"]) {
      const written = text.normalize(form);
      assert.deepEqual(tokenize(written), words);
      const located = locateTokens(written).map(({ start, end }) => written.slice(start, end));
      assert.deepEqual(located, written.split(" "));
    }
  });
}

Deno.test("fault 62: equivalent texts have the same tokens", () => {
  fc.assert(
    fc.property(odd, (text) => {
      assert.deepEqual(tokenize(text.normalize("NFD")), tokenize(text.normalize("NFC")));
    }),
    { numRuns: 1000 },
  );
});

for (
  const [name, unseen] of Object.entries({
    "a soft hyphen": "\u00ad",
    "a zero-width blank": "\u200b",
    "a zero-width joiner": "\u200d",
    "a zero-width non-joiner": "\u200c",
    "a word joiner": "\u2060",
    "a byte order mark": "\ufeff",
    "a mark of direction": "\u200e",
    "a variation selector": "\ufe0f",
  })
) {
  Deno.test(`fault 63: ${name} in a word counts as absent`, () => {
    const text = `hyper${unseen}tension, fe${unseen}${unseen}ver${unseen} e${unseen}\u0301`;
    assert.deepEqual(tokenize(text), ["hypertension", "fever", "\u00e9"]);
    const [first] = locateTokens(text);
    assert.deepEqual(first, { token: "hypertension", start: 0, end: 13 });
  });
}

Deno.test("fault 63: ligatures of print are their letters, and lie where they stand", () => {
  assert.deepEqual(tokenize("\ufb01brillation e\ufb04uent"), ["fibrillation", "effluent"]);
  const text = "a \ufb01t";
  assert.deepEqual(locateTokens(text).map(({ start, end }) => text.slice(start, end)), [
    "a",
    "\ufb01t",
  ]);
});

Deno.test("text of Latin letters has the tokens of the published preprocessing", () => {
  const published = (text: string) =>
    (text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).filter((run) => /\p{L}/u.test(run));
  const latin = fc.oneof(
    fc.integer({ min: 0, max: 0xff }),
    fc.constantFrom(0x20, 0x41, 0x61, 0x39, 0x2e, 0x0a),
  ).filter((code) => code !== 0xad).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.string({ unit: latin, maxLength: 80 }), (text) => {
      fc.pre(readLineEnds(text) === text); // a tool wrote these out, as line_ends_test.ts shows
      assert.deepEqual(tokenize(text), published(text));
    }),
    { numRuns: 5000 },
  );
});
