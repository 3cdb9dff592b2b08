/**
 * Codes found by how they begin, or by words of their titles.
 *
 * @module
 */
import { compareCodeUnits } from "../../pipeline/order.ts";
import type { Label } from "../../pipeline/schema.ts";

/** How well a code answers: the less, the better. */
const EXACT = 0;
const BEGINS = 1;
const TITLED = 2;

/** A code as it is searched. */
interface Searched {
  readonly label: Label;
  /** Without its point, in small letters. */
  readonly code: string;
  /** Words of its title, as they are compared. */
  readonly words: readonly string[];
}

/**
 * Codes to be searched, made ready once: a label set has thousands, and is searched at every key.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const documents = { train: 1, dev: 0, test: 0 };
 * const label = (code: string, title: string) =>
 *   ({ code, title, kind: "diagnosis", group: "", documents }) as const;
 * const index = new CodeIndex([
 *   label("428.0", "Congestive heart failure"),
 *   label("427.31", "Atrial fibrillation"),
 * ]);
 * assert.equal(index.find("42731", 5)[0]!.code, "427.31");
 * assert.equal(index.find("fail hea", 5)[0]!.code, "428.0");
 * ```
 */
export class CodeIndex {
  readonly #codes: readonly Searched[];

  /** Codes in any order. */
  constructor(labels: readonly Label[]) {
    this.#codes = labels.map((label) => {
      return { label, code: bare(label.code), words: wordsOf(label.title) };
    });
  }

  /**
   * The codes that a query asks for, the best first, at most so many: those that are it or begin with it,
   * with or without the point, then those whose titles have words that begin with each of its words.
   */
  find(query: string, most: number): Label[] {
    const code = bare(query);
    const words = wordsOf(query);
    if (words.length === 0) return [];
    return this.#codes
      .map((searched) => ({ label: searched.label, rank: rankOf(searched, code, words) }))
      .filter(({ rank }) => rank !== undefined)
      .sort((a, b) => a.rank! - b.rank! || compareCodeUnits(a.label.code, b.label.code))
      .slice(0, most)
      .map(({ label }) => label);
  }
}

function rankOf(
  { code, words: titled }: Searched,
  query: string,
  words: readonly string[],
): number | undefined {
  if (code === query) return EXACT;
  if (query !== "" && code.startsWith(query)) return BEGINS;
  const isTitled = words.every((word) => titled.some((one) => one.startsWith(word)));
  return isTitled ? TITLED : undefined;
}

/** A code as it is compared: `e8798` of `E879.8`. */
function bare(code: string): string {
  return code.trim().toLowerCase().replaceAll(".", "");
}

/** Words in lower case, without accents. */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
