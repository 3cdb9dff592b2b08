/**
 * Gathers codes by document, finds out which spellings are one code, and numbers the codes.
 *
 * @module
 */
import { type Code, codeKey, numberCodes, type TitleOf } from "../codes/code.ts";
import { unifySpellings } from "../codes/spelling.ts";
import { shown } from "../errors.ts";
import { distinctAscending } from "../order.ts";
import { CODE_KINDS, type CodeKind } from "../schema.ts";
import type { Source } from "./source.ts";

/** Numbered codes, those of each document, and what became of their spellings. */
export interface CollectedLabels extends Pick<Source, "codes" | "assignments"> {
  /** Pairs of a document and a code, each once. */
  readonly pairs: number;
  /** Pairs, repeated ones too, whose code is written otherwise than it stands in `codes`. */
  readonly respelled: number;
  /** What is to be said of codes in several spellings. */
  readonly remarks: readonly string[];
}

/** A spelling of a code, as the tables have it. */
interface Spelling {
  readonly kind: CodeKind;
  readonly written: string;
  count: number;
}

/** Takes pairs of a document and a code in any order. */
export class LabelCollector {
  /** How many pairs were taken. */
  size = 0;
  readonly #documents = new Map<string, Spelling[]>();
  readonly #spellings = new Map<string, Spelling>();

  /** Takes a pair; the code as it is written. */
  add(id: string, kind: CodeKind, written: string): void {
    this.size++;
    const key = codeKey({ kind, code: written });
    const spelling = this.#spellings.get(key) ?? { kind, written, count: 0 };
    this.#spellings.set(key, spelling);
    spelling.count++;
    const spellings = this.#documents.get(id);
    if (spellings) spellings.push(spelling);
    else this.#documents.set(id, [spelling]);
  }

  /** Numbers the codes of all pairs that were taken. */
  collect(titleOf: TitleOf): CollectedLabels {
    const codeOf = this.#unify(titleOf);
    const { codes, numberOf } = numberCodes(codeOf.values());
    const number = new Map([...codeOf].map(([one, code]) => [one, numberOf.get(codeKey(code))!]));
    const assignments = new Map<string, Int32Array>();
    for (const [id, spellings] of this.#documents) {
      assignments.set(id, distinctAscending(spellings.map((spelling) => number.get(spelling)!)));
    }
    const others = [...codeOf].filter(([{ written }, { code }]) => written !== code);
    return {
      codes,
      assignments,
      pairs: assignments.values().reduce((sum, { length }) => sum + length, 0),
      respelled: others.reduce((sum, [{ count }]) => sum + count, 0),
      remarks: remarks(others),
    };
  }

  /** The code that each spelling means. */
  #unify(titleOf: TitleOf): Map<Spelling, Code> {
    const codeOf = new Map<Spelling, Code>();
    for (const kind of CODE_KINDS) {
      const spellings = [...this.#spellings.values()].filter((one) => one.kind === kind);
      const counts = new Map(spellings.map(({ written, count }) => [written, count]));
      const unified = unifySpellings(counts, kind);
      for (const spelling of spellings) {
        const code = unified.get(spelling.written)!;
        codeOf.set(spelling, { kind, code, title: titleOf(kind, code) });
      }
    }
    return codeOf;
  }
}

/** `2 codes in several spellings, such as 4280 for 428.0`. */
function remarks(others: readonly (readonly [Spelling, Code])[]): string[] {
  const [first] = others;
  if (!first) return [];
  const codes = new Set(others.map(([, code]) => codeKey(code))).size;
  const example = `${shown(first[0].written)} for ${shown(first[1].code)}`;
  return [`${codes} code${codes > 1 ? "s" : ""} in several spellings, such as ${example}`];
}
