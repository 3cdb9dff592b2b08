/**
 * What a token is, and its id, as a `tokenizer.json` of Hugging Face's `tokenizers`: the rules of
 * `pipeline/text/tokens.ts` and a run's vocabulary.
 *
 * @module
 */
import { UNKNOWN } from "../../pipeline/schema.ts";

/**
 * A maximal run of letters, marks, digits and underscores that begins with no mark and has a letter:
 * the tokens that `tokenize` keeps.
 */
const TOKEN = "(?=[\\p{M}\\p{N}_]*\\p{L})[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_]*";

/**
 * Characters that are not to be seen, as they are: Unicode's `Default_Ignorable_Code_Point`, which not
 * every library's expressions know by name.
 */
const UNSEEN = `[${
  [
    ["\u{ad}", "\u{ad}"],
    ["\u{34f}", "\u{34f}"],
    ["\u{61c}", "\u{61c}"],
    ["\u{115f}", "\u{1160}"],
    ["\u{17b4}", "\u{17b5}"],
    ["\u{180b}", "\u{180f}"],
    ["\u{200b}", "\u{200f}"],
    ["\u{202a}", "\u{202e}"],
    ["\u{2060}", "\u{206f}"],
    ["\u{3164}", "\u{3164}"],
    ["\u{fe00}", "\u{fe0f}"],
    ["\u{feff}", "\u{feff}"],
    ["\u{ffa0}", "\u{ffa0}"],
    ["\u{fff0}", "\u{fff8}"],
    ["\u{1bca0}", "\u{1bca3}"],
    ["\u{1d173}", "\u{1d17a}"],
    ["\u{e0000}", "\u{e0fff}"],
  ].map(([from, to]) => `${from}-${to}`).join("")
}]`;

/** A `tokenizer.json`'s content, for a vocabulary of tokens by id. */
export function describeTokenizer(vocabulary: readonly string[]): object {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Replace", pattern: { Regex: UNSEEN }, content: "" },
        { type: "NFC" },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: TOKEN },
      behavior: "Removed",
      invert: true,
    },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      unk_token: vocabulary[UNKNOWN],
    },
  };
}
