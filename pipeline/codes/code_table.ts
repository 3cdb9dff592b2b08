/**
 * Something of each code of a table: its title, its category. A code is found by its spelling, else
 * by any spelling of it that the table has once.
 *
 * @module
 */
import type { CodeKind } from "../schema.ts";
import { codeKey } from "./code.ts";
import { foldCode } from "./spelling.ts";

/** A value of each code. */
export class CodeTable<T> {
  readonly #exact = new Map<string, T>();
  readonly #folded = new Map<string, { readonly code: string; readonly value: T } | null>();

  /** Gives a code its value; the last one of a spelling counts. */
  set(kind: CodeKind, code: string, value: T): void {
    this.#exact.set(codeKey({ kind, code }), value);
    const key = codeKey({ kind, code: foldCode(code) });
    const other = this.#folded.get(key);
    const twice = other === null || other && other.code !== code && other.value !== value;
    this.#folded.set(key, twice ? null : { code, value });
  }

  /** The value under this spelling, of whatever kind the code is. */
  exact(kind: CodeKind, code: string): T | undefined {
    return this.#exact.get(codeKey({ kind, code }));
  }

  /** The value of a code of this kind, else of one of no kind; undefined where there is none. */
  get(kind: CodeKind, code: string): T | undefined {
    return this.#find(kind, code) ?? (kind === "code" ? undefined : this.#find("code", code));
  }

  #find(kind: CodeKind, code: string): T | undefined {
    return this.exact(kind, code) ??
      this.#folded.get(codeKey({ kind, code: foldCode(code) }))?.value;
  }
}
