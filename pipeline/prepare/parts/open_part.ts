/**
 * Opens a part of an input: every file is checked against `part.json`; the notes' tokens stay on disk.
 *
 * @module
 */
import { join } from "node:path";
import { damagedFile, openChecked, readChecked } from "../../dataset/checked_files.ts";
import { parseVocabulary } from "../../dataset/lists.ts";
import { UsageError } from "../../errors.ts";
import type { FileDigest } from "../../files/checksum.ts";
import { describeFault } from "../../files/json_fault.ts";
import { readLines } from "../../files/json_lines.ts";
import { readAt, readText, requireFolder } from "../../files/read.ts";
import type { TokenFile } from "../../text/stored_texts.ts";
import {
  parsePartAssignment,
  parsePartNote,
  type PartAssignment,
  type PartNote,
} from "./part_lines.ts";
import {
  parsePartRecord,
  PART_FILE,
  PART_FILES,
  type PartFileName,
  type PartRecord,
} from "./part_record.ts";

/** A part whose record was read. */
export interface OpenedPart {
  /** Path, as it was given. */
  readonly directory: string;
  readonly record: PartRecord;
}

/**
 * Reads the record of a part.
 *
 * @throws {UsageError} where `directory` is no part.
 * @throws {IntegrityError} where the record is not as it was written.
 */
export async function openPart(directory: string): Promise<OpenedPart> {
  const refuse = (found: string) =>
    new UsageError(
      `reading ${directory}: ${found}; expected a part; name another, or make one with ` +
        "deno task prepare --part",
    );
  await requireFolder(directory, refuse);
  const path = join(directory, PART_FILE);
  const text = await readText(path, (found) => refuse(`${PART_FILE}: ${found}`));
  return { directory, record: parsePartRecord(text, path) };
}

/** What the record says of one of the files of a part. */
export function digestOf(
  { directory, record }: OpenedPart,
  name: PartFileName,
): FileDigest {
  const file = record.files.find(({ file }) => file === PART_FILES[name]);
  if (file) return file;
  throw damagedFile(join(directory, PART_FILE), `no ${PART_FILES[name]} in it`);
}

/** Reads one of a part's files as a whole with `parse`. */
async function readPartFile<T>(
  part: OpenedPart,
  name: PartFileName,
  parse: (text: string) => T,
): Promise<T> {
  const text = new TextDecoder().decode(await readChecked(part.directory, digestOf(part, name)));
  return parseIn(part, name, () => parse(text));
}

/**
 * Reads with `parse` a file that is the same in all parts of an input, and checks it in each of them.
 *
 * @throws {IntegrityError} where one of them is not as it was written.
 */
export async function readCommon<T>(
  [first, ...others]: readonly [OpenedPart, ...OpenedPart[]],
  name: PartFileName,
  parse: (text: string) => T,
): Promise<T> {
  for (const part of others) await readPartFile(part, name, () => {});
  return await readPartFile(first, name, parse);
}

/** The notes of a part, in the order of their tokens. Throws {@linkcode IntegrityError}. */
export function readPartNotes(part: OpenedPart): AsyncGenerator<PartNote> {
  return readPartLines(part, "notes", parsePartNote);
}

/** The codes of a part's documents. Throws {@linkcode IntegrityError}. */
export function readPartAssignments(part: OpenedPart): AsyncGenerator<PartAssignment> {
  return readPartLines(part, "assignments", parsePartAssignment);
}

async function* readPartLines<T>(
  part: OpenedPart,
  name: "notes" | "assignments",
  parse: (line: string) => T,
): AsyncGenerator<T> {
  using file = await openChecked(part.directory, digestOf(part, name));
  await file.seek(0, Deno.SeekMode.Start);
  for await (const line of readLines(file.readable.pipeThrough(new TextDecoderStream()))) {
    yield parseIn(part, name, () => parse(line));
  }
}

function parseIn<T>({ directory }: OpenedPart, name: PartFileName, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw damagedFile(join(directory, PART_FILES[name]), describeFault(error));
  }
}

/** The tokens of a part's notes. Dispose of them to close their file. */
export class PartTokens implements TokenFile, Disposable {
  /** The words, by the numbers that stand for them. */
  readonly terms: readonly string[];
  /** How many tokens there are. */
  readonly count: number;
  readonly #file: Deno.FsFile;
  readonly #path: string;

  private constructor(terms: readonly string[], file: Deno.FsFile, path: string) {
    this.terms = terms;
    this.count = file.statSync().size / Int32Array.BYTES_PER_ELEMENT;
    this.#file = file;
    this.#path = path;
  }

  /** Opens and checks them. Throws {@linkcode IntegrityError} where they are not as they were written. */
  static async open(part: OpenedPart): Promise<PartTokens> {
    const terms = await readPartFile(part, "terms", parseVocabulary);
    const file = await openChecked(part.directory, digestOf(part, "tokens"));
    return new PartTokens(terms, file, join(part.directory, PART_FILES.tokens));
  }

  /** `length` tokens behind the first `start` ones. */
  read(start: number, length: number): Int32Array {
    const tokens = new Int32Array(length);
    const at = start * Int32Array.BYTES_PER_ELEMENT;
    if (readAt(this.#file, at, new Uint8Array(tokens.buffer))) return tokens;
    throw damagedFile(this.#path, "it ends early");
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}
