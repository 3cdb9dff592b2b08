/**
 * How words are spelled in a BERT's word pieces: its own splitting and longest-match-first pieces.
 *
 * @module
 */
import { Tokenizer } from "@huggingface/tokenizers";
import { PADDING, UNKNOWN } from "../../../pipeline/schema.ts";

/** A BERT's pieces and what it does to a word before it is cut into them. */
export interface WordPieceRules {
  /** Pieces by id; those within a word begin with `##`. */
  readonly pieces: readonly string[];
  /** Whether it was trained on small letters alone. */
  readonly lowercase: boolean;
  /** Whether accents are dropped; null: where letters are made small. */
  readonly stripAccents: boolean | null;
}

/** The piece for what no others spell. */
export const UNKNOWN_PIECE = "[UNK]";

/** Spells one word as ids of pieces. */
export function createSpeller(rules: WordPieceRules): (word: string) => Int32Array {
  const tokenizer = new Tokenizer({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: rules.stripAccents,
      lowercase: rules.lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: UNKNOWN_PIECE,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(rules.pieces.map((piece, id) => [piece, id])),
    },
  }, {});
  return (word) => Int32Array.from(tokenizer.encode(word, { add_special_tokens: false }).ids);
}

/** Pieces of each word by its id: none of padding, the unknown piece of the unknown word. */
export function spellWords(rules: WordPieceRules, words: readonly string[]): Int32Array[] {
  const spell = createSpeller(rules);
  const unknown = rules.pieces.indexOf(UNKNOWN_PIECE);
  return words.map((word, id) => {
    if (id === PADDING) return new Int32Array();
    return id === UNKNOWN ? Int32Array.of(unknown) : spell(word);
  });
}
