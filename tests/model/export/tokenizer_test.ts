import assert from "node:assert/strict";
import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describeTokenizer } from "../../../model/export/tokenizer.ts";
import { UNKNOWN } from "../../../pipeline/schema.ts";
import { encodeText, indexVocabulary } from "../../../pipeline/text/vocabulary.ts";

const vocabulary = ["<pad>", "<unk>", "65yo", "a_b", "café", "na", "pain", "хрипы", "한글"];
const rules = describeTokenizer(vocabulary) as ConstructorParameters<typeof Tokenizer>[0];
const tokenizer = new Tokenizer(rules, {});
const index = indexVocabulary(vocabulary);

/** Ids by the exported rules; the library gives none to words that it does not know. */
function exportedIds(text: string): number[] {
  return tokenizer.encode(text).ids.map((id) => id ?? UNKNOWN);
}

for (
  const text of [
    "Na 140, PAIN; a_b 65yo 2.5mg _ __ 12_",
    "Cafe\u0301 caf\u00e9 ca\u00adf\u00e9 CAFÉ \u0301pain",
    "хрипы ХРИПЫ 한글 \u1112\u1161\u11ab\u1100\u1173\u11af",
    "zebra\u200bfinch pa\u200bin pain\ufe0f",
    "pa\u{e0100}in pa\u{1d173}in",
    "",
  ]
) {
  Deno.test(`the exported tokenizer reads ${JSON.stringify(text)} as the run does`, () => {
    assert.deepEqual(exportedIds(text), [...encodeText(text, index).ids]);
  });
}

Deno.test("the exported tokenizer reads any text as the run does", () => {
  const part = fc.oneof(
    fc.constantFrom(...vocabulary, " ", "\n", ".", "_", "7", "\u0301", "\u00ad", "Ω", "é"),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  const texts = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      assert.deepEqual(exportedIds(text), [...encodeText(text, index).ids]);
    }),
    { numRuns: 100 },
  );
});

Deno.test("the exported tokenizer drops every character that is not to be seen, and no other", () => {
  const characters = Array.from({ length: 0x110000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff).map((code) => String.fromCodePoint(code));
  const { normalizers: [{ pattern }] } = (describeTokenizer(vocabulary) as {
    normalizer: { normalizers: [{ pattern: { Regex: string } }] };
  }).normalizer;
  const dropped = new RegExp(pattern.Regex, "u");
  const differing = characters.filter((character) =>
    dropped.test(character) !== /\p{Default_Ignorable_Code_Point}/u.test(character)
  );
  assert.deepEqual(differing, []);
});
