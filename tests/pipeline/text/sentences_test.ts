import assert from "node:assert/strict";
import fc from "fast-check";
import { readLineEnds } from "../../../pipeline/text/line_ends.ts";
import { locateSentences, sentenceStarts } from "../../../pipeline/text/sentences.ts";
import { locateTokens, tokenize } from "../../../pipeline/text/tokens.ts";

/** A text's sentences as their tokens, joined by spaces. */
function sentencesOf(text: string): string[] {
  const tokens = locateTokens(text);
  const starts = [...locateSentences(text, tokens)];
  return starts.map((start, at) =>
    tokens.slice(start, starts[at + 1]).map(({ token }) => token).join(" ")
  );
}

const shapes: Record<string, [text: string, sentences: string[]]> = {
  "nothing": ["", []],
  "no word": ["120/80. 37.", []],
  "a one-line note": ["chest pain since yesterday", ["chest pain since yesterday"]],
  "plain sentences": [
    "He was admitted. He improved! Was he well? (Yes.) Home.",
    ["he was admitted", "he improved", "was he well", "yes", "home"],
  ],
  "a title": ["Seen by Dr. Smith and Mrs. Jones.", ["seen by dr smith and mrs jones"]],
  "a patient": ["The pt. Was seen by St. Mary.", ["the pt was seen by st mary"]],
  "an initial": ["Told J. Smith of it.", ["told j smith of it"]],
  "a dose by its times": [
    "Aspirin 81 mg q.d. Lasix 20 mg p.o. b.i.d. was held.",
    ["aspirin mg q d lasix mg p o b i d was held"],
  ],
  "a fraction": ["Given 1.5 mg of it. 2.5 mg later.", ["given mg of it", "mg later"]],
  "a number at the end": ["Fever of 101. She was cold.", ["fever of", "she was cold"]],
  "a stop before a small letter": ["approx. five; resp. rate", ["approx five resp rate"]],
  "a number of something": ["Bed no. 3 was free. No. Pain.", ["bed no was free", "no", "pain"]],
  "wrapped lines": [
    "The patient is a man who came to the emergency room with pain of the\nLeft arm and was " +
    "admitted to the ward of cardiology where he was\nseen by many",
    [
      "the patient is a man who came to the emergency room with pain of the left arm and was " +
      "admitted to the ward of cardiology where he was seen by many",
    ],
  ],
  "blank lines without a final stop": [
    "chest pain\n\nno fever\n  \r\nhome",
    ["chest pain", "no fever", "home"],
  ],
  "a numbered list": [
    "Medications:\n1. Aspirin 81 mg\n2) lasix daily\n10. Insulin 5 units",
    ["medications", "aspirin mg", "lasix daily", "insulin units"],
  ],
  "a list by dashes, stars and hashes": [
    "Plan\n- rest\n* fluids\n# CHF: diuresis\n-> home",
    ["plan", "rest", "fluids", "chf diuresis home"],
  ],
  "short lines without a stop": [
    "Aspirin daily\nLasix daily\nand insulin",
    ["aspirin daily", "lasix daily and insulin"],
  ],
  "a heading in capitals": [
    "He slept.\nHISTORY OF PRESENT ILLNESS: The patient fell",
    ["he slept", "history of present illness", "the patient fell"],
  ],
  "a heading on a line of its own": [
    "Past Medical History:\nasthma\nChief Complaint:  \nfall",
    ["past medical history", "asthma", "chief complaint", "fall"],
  ],
  "a heading behind a wrapped line": [
    "and was then taken to the operating room where he did well and went\nFamily History: none",
    [
      "and was then taken to the operating room where he did well and went",
      "family history none",
    ],
  ],
  "a short name with a colon": ["BP: low and HR: high", ["bp low and hr high"]],
  "names that were taken out": [
    "Seen by [**First Name (Titles) 12**] today. [**Name**] left.",
    ["seen by first name titles today", "name left"],
  ],
  "spaces that do not break": ["He came.\u00a0She left.\n\u00a0\nHome", [
    "he came",
    "she left",
    "home",
  ]],
  "letters beyond ASCII": ["Está bien. Él duerme. ñandú", ["está bien", "él duerme ñandú"]],
};

for (const [what, [text, sentences]] of Object.entries(shapes)) {
  Deno.test(`the sentences of ${what}`, () => assert.deepEqual(sentencesOf(text), sentences));
}

Deno.test("sentences begin at rising places, the first at the first word, whatever the text", () => {
  const piece = fc.constantFrom(
    "a",
    "Dr",
    "no",
    "PLAN",
    "1",
    ".",
    "!",
    ":",
    "\n",
    " ",
    "-",
    ")",
    "É",
  );
  fc.assert(fc.property(fc.array(piece).map((parts) => parts.join("")), (text) => {
    const tokens = locateTokens(text);
    const starts = [...locateSentences(text, tokens)];
    assert.deepEqual(starts, [...new Set(starts)].sort((a, b) => a - b));
    assert.deepEqual(starts.slice(0, 1), tokens.length > 0 ? [0] : []);
    assert.ok(starts.every((at) => at < tokens.length));
  }));
});

Deno.test("bytes of an ASCII text and its UTF-16 units have the same sentences", () => {
  fc.assert(fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
    fc.pre(readLineEnds(text) === text); // bytes are given behind that
    const words = Int32Array.from(locateTokens(text).flatMap(({ start, end }) => [start, end]));
    const starts = sentenceStarts(new TextEncoder().encode(text), words);
    assert.deepEqual(starts, locateSentences(text, locateTokens(text)));
  }));
});

/** What clinical text is made of, in several scripts, in forms that composing changes. */
const parts = fc.array(
  fc.oneof(
    fc.constantFrom(
      "Dr",
      "No",
      "PLAN",
      "TE\u0301LE\u0301",
      "\u00c9",
      "E\u0301",
      "e\u0301te\u0301",
      "a",
      "1",
    ),
    fc.constantFrom(
      "\u1112\u1161\u11ab",
      "\ud55c",
      "\u0915\u093f",
      "\u0130",
      "\ufb01",
      "\ud835\udc00",
    ),
    fc.constantFrom(
      ".",
      "!",
      ":",
      "\n",
      " ",
      ". ",
      ".\n",
      "\n\n",
      "-",
      ")",
      "\n- ",
      "\u00a0",
      "\u3000",
    ),
    fc.string({ unit: "grapheme", maxLength: 3 }),
  ),
  { maxLength: 40 },
);
const unseen = fc.constantFrom("", "", "\u00ad", "\u200b", "\u200d", "\u2060", "\ufe0f");

Deno.test("faults 62, 63: a sentence alone has the words that it has in its text, in any script", () => {
  const texts = fc.array(fc.tuple(parts.map((parts) => parts.join("")), unseen)).map((parts) =>
    parts.flat().join("")
  );
  fc.assert(fc.property(texts, (text) => {
    const tokens = locateTokens(text);
    const starts = [...locateSentences(text, tokens)];
    const alone = starts.map((start, at) =>
      tokenize(text.slice(tokens[start]!.start, tokens[starts[at + 1]!]?.start))
    );
    assert.deepEqual(
      alone.map(({ length }) => length),
      starts.map((start, at) => (starts[at + 1] ?? tokens.length) - start),
    );
    assert.deepEqual(alone.flat(), tokenize(text));
  }));
});

Deno.test("faults 62, 63: accents apart and characters not to be seen change no sentence", () => {
  const spelled = fc.array(fc.tuple(parts.map((parts) => parts.join("")), unseen));
  fc.assert(fc.property(spelled, (spelled) => {
    const plain = spelled.map(([text]) => text).join("").normalize("NFC");
    const other = spelled.map(([text, unseen]) => text.normalize("NFD") + unseen).join("");
    assert.deepEqual(sentencesOf(other), sentencesOf(plain));
  }));
});
