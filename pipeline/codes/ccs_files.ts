/**
 * Finds HCUP's two tables in a folder or in its zip file: one a kind, whole, and text.
 *
 * @module
 */
import { join } from "node:path";
import { DataError, stripControls } from "../errors.ts";
import { isFolder, listEverything, readRegular, requireRegular } from "../files/read.ts";
import { readZip } from "../files/zip.ts";
import { compareCodeUnits } from "../order.ts";
import type { Icd9Kind } from "./icd9.ts";

/** A file of HCUP's. */
export interface CcsFile {
  /** Base name. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** The table of each kind of code. */
export type CcsFiles = { readonly [kind in Icd9Kind]: CcsFile };

/** A file that may be a table: its path in the folder or the zip file. */
interface Candidate {
  readonly path: string;
  read(): Promise<Uint8Array> | Uint8Array;
}

const PATTERNS: { readonly [kind in Icd9Kind]: RegExp } = {
  diagnosis: /dxref[^/\\]*\.csv$/i,
  procedure: /prref[^/\\]*\.csv$/i,
};

/**
 * Reads the tables of the diagnoses and of the procedures.
 *
 * @throws {DataError} where one is missing, two could be meant, or one is damaged or no UTF-8.
 * @throws {ResourceError} where the system does not let one be read.
 */
export async function readCcsFiles(path: string): Promise<CcsFiles> {
  const refuse = (found: string) => unreadable(path, found);
  const tables = await isFolder(path, refuse) ? await listTables(path) : await unpack(path);
  const chosen = {
    diagnosis: choose("diagnosis", path, tables),
    procedure: choose("procedure", path, tables),
  };
  return {
    diagnosis: await readTable(path, chosen.diagnosis),
    procedure: await readTable(path, chosen.procedure),
  };
}

function choose(kind: Icd9Kind, path: string, tables: readonly Candidate[]): Candidate {
  const found = tables.filter((table) => PATTERNS[kind].test(table.path));
  const names = found.map(({ path }) => `"${stripControls(path)}"`).join(" and ");
  if (found.length > 1) {
    throw new DataError(
      `reading CCS from ${path}: ${names} could be the ${kind} table; expected one; ` +
        "remove or rename the other, or name a folder with the tables of one year",
    );
  }
  if (found[0]) return found[0];
  throw new DataError(
    `reading CCS from ${path}: no ${kind} table; expected "$dxref 2015.csv" and ` +
      '"$prref 2015.csv" in a folder or in Single_Level_CCS_2015.zip from hcup-us.ahrq.gov',
  );
}

async function readTable(path: string, table: Candidate): Promise<CcsFile> {
  const name = stripControls(table.path.split(/[/\\]/).at(-1)!);
  const bytes = await table.read();
  try {
    return { name, bytes, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    throw damaged(path, name, "it is not UTF-8");
  }
}

/** The tables of a folder, macOS's twins of them among these. */
async function listTables(path: string): Promise<Candidate[]> {
  const entries = await listEverything(path, (found) => unreadable(path, found));
  return entries.filter(({ name, isDirectory }) => !isDirectory && isTable(name)).map((
    { name },
  ) => ({
    path: name,
    read: () => readRegular(join(path, name), (found) => damaged(path, stripControls(name), found)),
  })).sort((a, b) => compareCodeUnits(a.path, b.path));
}

/** The tables of a zip file; what macOS packs beside them, under `__MACOSX/`, are none. */
async function unpack(path: string): Promise<Candidate[]> {
  await requireRegular(path, (found) => unreadable(path, found));
  try {
    const files = await readZip(path, (name) => isTable(name) && !name.startsWith("__MACOSX/"));
    return Array.from(files, ([path, bytes]) => ({ path, read: () => bytes }));
  } catch (error) {
    const found = error instanceof RangeError
      ? `it holds ${error.message}`
      : "it is no whole zip file with right checksums";
    throw unreadable(path, found);
  }
}

function isTable(path: string): boolean {
  return Object.values(PATTERNS).some((pattern) => pattern.test(path));
}

function unreadable(path: string, found: string): DataError {
  return new DataError(
    `reading CCS from ${path}: ${found}; expected HCUP's single-level CCS 2015 files in a folder ` +
      "or in their zip file; see --ccs",
  );
}

function damaged(path: string, name: string, found: string): DataError {
  return new DataError(
    `reading CCS table ${name} from ${path}: ${found}; expected HCUP's file as it was published; ` +
      "fetch the 2015 release again",
  );
}
