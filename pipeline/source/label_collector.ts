/**
 * Gathers codes by document, finds out which spellings are one code, and numbers the codes.
 *
 * @module
 */
import { type Code, codeKey, numberCodes, type TitleOf } from "../codes/code.ts";
import { doubtCodes } from "../codes/doubt_codes.ts";
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
  /** What looks wrong about the codes, a line each. */
  readonly warnings: readonly string[];
}

/** A code as a table has it. */
export interface LabelCode {
  readonly kind: CodeKind;
  readonly written: string;
  /** What the table says of its system; empty where it says nothing. */
  readonly system: string;
}

/** A spelling of a code, as the tables have it. */
interface Spelling extends Pick<LabelCode, "kind" | "written"> {
  readonly systems: Set<string>;
  count: number;
}

/** Takes pairs of a document and a code in any order. */
export class LabelCollector {
  /** How many pairs were taken. */
  size = 0;
  readonly #documents = new Map<string, Spelling[]>();
  readonly #spellings = new Map<string, Spelling>();

  /** Takes a pair. */
  add(id: string, { kind, written, system }: LabelCode): void {
    this.size++;
    const key = codeKey({ kind, code: written });
    const spelling = this.#spellings.get(key) ?? { kind, written, systems: new Set(), count: 0 };
    this.#spellings.set(key, spelling);
    spelling.count++;
    if (system !== "") spelling.systems.add(system);
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
    const pairs = assignments.values().reduce((sum, { length }) => sum + length, 0);
    const others = [...codeOf].filter(([{ written }, { code }]) => written !== code);
    return {
      codes,
      assignments,
      pairs,
      respelled: others.reduce((sum, [{ count }]) => sum + count, 0),
      remarks: remarks(others),
      warnings: [
        ...doubtCodes(codes, { pairs, documents: assignments.size }),
        ...severalSystems(this.#spellings.values()),
      ],
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

/** `codes stand under several coding systems, 2 of them, …` where tables tell systems apart. */
function severalSystems(spellings: Iterable<Spelling>): string[] {
  const several = [...spellings].filter(({ systems }) => systems.size > 1);
  if (several.length === 0) return [];
  const example = several.find(({ written }) => /\d/.test(written)); // a word may be a note's
  const such = example ? ` such as ${shown(example.written)},` : "";
  return [
    `codes stand under several coding systems, ${several.length} of them,${such} and are one code ` +
    "each; where these mean different things, write the system into the code",
  ];
}
