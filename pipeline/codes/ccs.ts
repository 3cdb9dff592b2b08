/**
 * From codes to their categories: HCUP's single-level CCS, a table of one's own, or a code prefix.
 *
 * @module
 */
import { DataError, shown, stripControls } from "../errors.ts";
import type { CodeKind } from "../schema.ts";
import { type CcsFile, readCcsFiles } from "./ccs_files.ts";
import type { TitleOf } from "./code.ts";
import { withoutPoint } from "./icd9.ts";
import { isCode, isIcd, isTitle } from "./plausible.ts";

/** A category as the tables name it. */
export interface Category {
  /** Its number or name, unique among categories of one kind. */
  readonly number: string;
  /** What it holds, in words; may be empty. */
  readonly title: string;
}

/** Finds the category of a code; undefined where it has none. */
export type Grouping = (kind: CodeKind, code: string) => Category | undefined;

/** HCUP's tables: a category and words for each code of ICD-9. */
export interface CcsTables {
  /** Category of a code given without its point. */
  readonly category: Grouping;
  /** HCUP's own words for an ICD-9 code given without its point. */
  readonly title: TitleOf;
  /** The files of the diagnoses and of the procedures, as stored. */
  readonly files: readonly CcsFile[];
}

/**
 * Reads `$dxref 2015.csv` and `$prref 2015.csv` from a folder or HCUP's zip.
 *
 * @throws {DataError} where one is missing or not of HCUP's form.
 */
export async function readCcs(path: string): Promise<CcsTables> {
  const files = await readCcsFiles(path);
  const tables = {
    diagnosis: parseCcs(files.diagnosis.text, files.diagnosis.name),
    procedure: parseCcs(files.procedure.text, files.procedure.name),
  };
  const entry = (kind: CodeKind, code: string) =>
    kind === "code" ? undefined : tables[kind].get(code);
  return {
    category: (kind, code) => entry(kind, code)?.category,
    title: (kind, code) => entry(kind, code)?.title ?? "",
    files: [files.diagnosis, files.procedure],
  };
}

/** A code's row in HCUP's table. */
export interface CcsEntry {
  readonly category: Category;
  /** HCUP's words for the code itself. */
  readonly title: string;
}

/**
 * Parses one of HCUP's tables: a note line, a header line, then records whose fields stand in single
 * quotes (padded with blanks; some in two of them) or in double quotes.
 *
 * @returns code without point → category and title.
 * @throws {DataError} where a record does not parse.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const table = parseCcs("note\nheader\n'4280 ','108  ','chf;nonhp',\"CHF NOS\"\n", "$dxref");
 * assert.equal(table.get("4280")?.category.number, "108");
 * ```
 */
export function parseCcs(text: string, name: string): Map<string, CcsEntry> {
  const table = new Map<string, CcsEntry>();
  const categories = new Map<string, Category>();
  text.split(/\r\n|\r|\n/).slice(2).forEach((line, i) => {
    if (line.trim() === "") return;
    const quoted = line.match(/'+[^']*'+|"[^"]*"/g) ?? [];
    const fields = quoted.map((field) => stripControls(field.replace(/^['"]+|['"]+$/g, "")).trim());
    if (!isEntry(fields)) throw foreignLine(name, i + 3);
    const [code, number, title, words] = fields;
    if (code === "") return; // category 0 stands for invalid codes
    const category = categories.get(number) ?? { number, title };
    categories.set(number, category);
    if ((table.get(code)?.category ?? category) !== category) {
      throw twoCategories(name, i + 3, code);
    }
    table.set(code, { category, title: words });
  });
  if (table.size === 0) {
    throw new DataError(`reading CCS table ${name}: no codes; expected HCUP's 2015 release`);
  }
  return table;
}

/** Code, category, its description and the code's, as HCUP has them; the code may be empty. */
type EntryFields = [code: string, number: string, title: string, words: string];

function isEntry(fields: readonly (string | undefined)[]): fields is EntryFields {
  const [code, number, title, words] = fields;
  return code !== undefined && (code === "" || isCode(code)) &&
    number !== undefined && isCode(number) &&
    title !== undefined && isTitle(title) &&
    words !== undefined && isTitle(words);
}

function twoCategories(name: string, line: number, code: string): DataError {
  return new DataError(
    `reading CCS table ${name}: line ${line} gives ${shown(code)} a second category; expected ` +
      "one a code; fetch the 2015 release again",
  );
}

function foreignLine(name: string, line: number): DataError {
  return new DataError(
    `reading CCS table ${name}: line ${line} is not of HCUP's form; expected code, category, ` +
      "its description and the code's description; fetch the 2015 release again",
  );
}

/** The system that a code names before itself: `ICD9:`, `code_`, `http://…|`. */
const SYSTEM = /^(?:[a-z][\w-]*[:_|#]|(?:https?|urn):.*[/:|#])(?=[^:|#/]*\d)/i;

/**
 * The first `length` characters of a code, its point left out, in place of a category. The name of a
 * system before the code is not counted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const group = groupByPrefix(3);
 * assert.equal(group("code", "428.0")?.number, "428");
 * assert.equal(group("code", "ICD9:428.0")?.number, "ICD9:428");
 * ```
 */
export function groupByPrefix(length: number): Grouping {
  return (_kind, code) => {
    const plain = withoutPoint(code);
    const [named = ""] = SYSTEM.exec(plain) ?? [];
    const system = isIcd(named.slice(0, -1)) ? "" : named;
    return { number: plain.slice(0, system.length + length), title: "" };
  };
}

/**
 * The key that names a category among all of them.
 *
 * @param labels `separate` keeps diagnoses and procedures apart (`dx:108`, `pr:47`); `paper` merges
 * equal numbers (`108`), which is how the paper counts 295.
 */
export function categoryKey(
  kind: CodeKind,
  category: Category,
  labels: "separate" | "paper",
): string {
  if (labels === "paper" || kind === "code") return category.number;
  return `${kind === "diagnosis" ? "dx" : "pr"}:${category.number}`;
}
