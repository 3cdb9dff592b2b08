/**
 * From codes to their categories: HCUP's single-level CCS, a table of one's own, or a code prefix.
 *
 * @module
 */
import { unzipSync } from "fflate";
import { join } from "node:path";
import { DataError } from "../errors.ts";
import type { CodeKind } from "../schema.ts";

/** A category as the tables name it. */
export interface Category {
  /** Its number or name, unique among categories of one kind. */
  readonly number: string;
  /** What it holds, in words; may be empty. */
  readonly title: string;
}

/** Finds the category of a code; undefined where it has none. */
export type Grouping = (kind: CodeKind, code: string) => Category | undefined;

/** HCUP's tables. */
export interface CcsTables {
  /** Category of a code given without its point. */
  readonly category: Grouping;
  /** HCUP's own words for an ICD-9 code given without its point; empty where it has none. */
  readonly title: (kind: CodeKind, code: string) => string;
  /** The two files: base name and bytes as stored. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const FILES = { diagnosis: /dxref[^/\\]*\.csv$/i, procedure: /prref[^/\\]*\.csv$/i } as const;

/**
 * Reads `$dxref 2015.csv` and `$prref 2015.csv` from a folder or HCUP's zip.
 *
 * @throws {DataError} where one is missing or not of HCUP's form.
 */
export async function readCcs(path: string): Promise<CcsTables> {
  const files = await readFiles(path);
  const found = { diagnosis: findFile("diagnosis"), procedure: findFile("procedure") };
  const tables = {
    diagnosis: parseCcs(new TextDecoder().decode(found.diagnosis.bytes), found.diagnosis.name),
    procedure: parseCcs(new TextDecoder().decode(found.procedure.bytes), found.procedure.name),
  };
  const entry = (kind: CodeKind, code: string) =>
    kind === "code" ? undefined : tables[kind].get(code);
  return {
    category: (kind, code) => entry(kind, code)?.category,
    title: (kind, code) => entry(kind, code)?.title ?? "",
    files: [found.diagnosis, found.procedure],
  };

  function findFile(kind: keyof typeof FILES): { name: string; bytes: Uint8Array } {
    const file = files.find(({ name }) => FILES[kind].test(name));
    if (file) return file;
    throw new DataError(
      `reading CCS from ${path}: no ${kind} table; expected "$dxref 2015.csv" and ` +
        '"$prref 2015.csv" in a folder or in Single_Level_CCS_2015.zip from hcup-us.ahrq.gov',
    );
  }
}

/** A code's row in HCUP's table. */
export interface CcsEntry {
  /** The category that it belongs to. */
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
  text.split(/\r?\n/).slice(2).forEach((line, i) => {
    if (line.trim() === "") return;
    const fields = line.match(/'+[^']*'+|"[^"]*"/g) ?? [];
    const [code, number, title, words] = fields.map((f) => f.replace(/^['"]+|['"]+$/g, "").trim());
    if (code === undefined || !number || title === undefined || words === undefined) {
      throw new DataError(
        `reading CCS table ${name}: line ${
          i + 3
        } is not of HCUP's form; expected code, category, ` +
          "its description and the code's description; fetch the 2015 release again",
      );
    }
    if (code === "") return; // category 0 stands for invalid codes
    const category = categories.get(number) ?? { number, title };
    categories.set(number, category);
    table.set(code, { category, title: words });
  });
  if (table.size === 0) {
    throw new DataError(`reading CCS table ${name}: no codes; expected HCUP's 2015 release`);
  }
  return table;
}

/** The first `length` characters of a code, its point left out, in place of a category. */
export function groupByPrefix(length: number): Grouping {
  return (_kind, code) => ({ number: code.replaceAll(".", "").slice(0, length), title: "" });
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

async function readFiles(path: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  try {
    const { isDirectory } = await Deno.stat(path);
    if (!isDirectory) {
      const wanted = Object.values(FILES);
      const entries = unzipSync(await Deno.readFile(path), {
        filter: ({ name }) => wanted.some((pattern) => pattern.test(name)),
      });
      return Object.entries(entries).map(([name, bytes]) => ({
        name: name.split(/[/\\]/).at(-1)!,
        bytes,
      }));
    }
    const names: string[] = [];
    for await (const { name, isFile } of Deno.readDir(path)) if (isFile) names.push(name);
    const tables = names.filter((name) => Object.values(FILES).some((p) => p.test(name))).sort();
    return await Promise.all(
      tables.map(async (name) => ({ name, bytes: await Deno.readFile(join(path, name)) })),
    );
  } catch {
    throw new DataError(
      `reading CCS from ${path}: it is no readable folder or zip; expected HCUP's ` +
        "single-level CCS 2015 files; see --ccs",
    );
  }
}
