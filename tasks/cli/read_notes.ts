/**
 * Notes to be coded, from a file or standard input.
 *
 * @module
 */
import { basename } from "node:path";
import * as v from "valibot";
import type { UncodedNote } from "../../model/run/predict.ts";
import { isId } from "../../pipeline/codes/plausible.ts";
import {
  DataError,
  ReportedError,
  shown,
  stripControls,
  UsageError,
} from "../../pipeline/errors.ts";
import { requireDistinctKeys } from "../../pipeline/files/json.ts";
import { parseJsonObject, readLines } from "../../pipeline/files/json_lines.ts";
import { openRegular, readFailure } from "../../pipeline/files/read.ts";
import { NOTE_NAMES } from "../../pipeline/source/column_names.ts";
import { findSeparator } from "../../pipeline/source/dialect.ts";
import { namesAll } from "../../pipeline/source/find_columns.ts";
import { isJson } from "../../pipeline/source/json_table.ts";
import { describeBinary, guessEncoding } from "../../pipeline/source/stored_text.ts";
import { EVERY_NOTE, type NoteRange, streamChunks } from "./note_chunks.ts";

/** Characters in which the header of a table ends. */
const LONGEST_HEADER = 1 << 12;

/** Keys of a line that are listed. */
const LISTED_KEYS = 10;

/** Numbers are text by then, as they are written: an id may have more digits than a number holds. */
const noteSchema = v.object({
  id: v.string(),
  text: v.string(),
  codes: v.optional(v.array(v.string())),
});

/** A note, with the codes that it was given where the input has them. */
export interface InputNote extends UncodedNote {
  readonly codes?: readonly string[] | undefined;
}

/** How notes are read. */
export interface NoteForm {
  /** A note a line. */
  readonly jsonl: boolean;
  /** A line is a text by itself, and its place stands for its id. */
  readonly bare?: boolean | undefined;
  /** With `jsonl`, which notes are read; all without it. */
  readonly range?: NoteRange | undefined;
}

/**
 * The notes of a file in chunks: one note, or with `jsonl` one a line. `-` is standard input.
 *
 * @throws {UsageError} where the file cannot be opened or is a folder.
 * @throws {DataError} where it is no text in UTF-8 or a line is no note, naming the line.
 */
export async function* readNotes(
  file: string,
  { jsonl, bare = false, range = EVERY_NOTE }: NoteForm,
): AsyncGenerator<InputNote[]> {
  const name = file === "-" ? "standard input" : file;
  if (!jsonl) {
    let text = "";
    for await (const part of readText(file, name)) text += part;
    if (!bare) refuseSeveral(text, name);
    const id = file === "-" ? "note" : stripControls(basename(file));
    yield [{ id: bare ? name : id, text }];
    return;
  }
  for await (const lines of streamChunks(readFilled(file, name), range)) {
    yield bare ? lines : lines.map(({ id: where, text: line }) => parseNoteLine(line, where));
  }
}

/** The lines of a file that are not empty, each under its place as messages name it. */
async function* readFilled(file: string, name: string): AsyncGenerator<UncodedNote> {
  let number = 0;
  let isEmpty = true;
  for await (const text of readLines(readText(file, name))) {
    number++;
    if (text.trim() === "") continue;
    isEmpty = false;
    yield { id: `${name}, line ${number}`, text };
  }
  if (isEmpty) throw new DataError(`reading ${name}: it holds no note; expected one on each line`);
}

/** Refuses what holds notes, and would be read as the text of one. */
function refuseSeveral(text: string, name: string): void {
  if (isJson(text)) {
    throw new UsageError(
      `reading ${name}: it is JSON, not the text of a note; say --jsonl where each line is a note, ` +
        "--fhir where it is a resource of FHIR",
    );
  }
  const { delimiter, rest } = findSeparator(text);
  const header = rest.slice(0, LONGEST_HEADER).split(/[\r\n]/, 1)[0]!.split(delimiter);
  if (!namesAll(header, { required: ["id", "text"], names: NOTE_NAMES })) return;
  throw new UsageError(
    `reading ${name}: it is a table of notes, not the text of one; give predict JSON lines with ` +
      "--jsonl, or .parquet",
  );
}

async function* readText(file: string, name: string): AsyncGenerator<string> {
  const bytes = file === "-" ? Deno.stdin.readable : (await openFile(file)).readable;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let last: Uint8Array = new Uint8Array();
  let started = false;
  try {
    for await (const piece of bytes) {
      if (!started) refuseBinary(piece, name);
      started = true;
      last = piece;
      yield decoder.decode(piece, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof ReportedError) throw error;
    if (!(error instanceof TypeError)) {
      throw readFailure(name, error, (found) => refuse(name, found));
    }
    throw new DataError(
      `reading ${name}: it is not UTF-8 text; convert it, most likely with ` +
        `iconv -f ${guessEncoding(last)} -t UTF-8`,
    );
  }
}

function refuseBinary(start: Uint8Array, name: string): void {
  const binary = describeBinary(start);
  if (!binary) return;
  throw new DataError(
    `reading ${name}: it is ${binary.is}; expected text in UTF-8; ${binary.remedy}`,
  );
}

function openFile(file: string): Promise<Deno.FsFile> {
  return openRegular(file, (found) => refuse(file, found));
}

function refuse(name: string, found: string): UsageError {
  return new UsageError(`reading ${name}: ${found}; name a text file, or - for standard input`);
}

/** A note of a line of JSON. Throws {@linkcode DataError} naming the line by `where`. */
export function parseNoteLine(line: string, where: string): InputNote {
  const object = parseJsonObject(line);
  if (object) requireEachOnce(line, where);
  const parsed = v.safeParse(noteSchema, object);
  if (parsed.success) return { ...parsed.output, id: checkedId(parsed.output.id, where) };
  throw new DataError(
    `reading ${where}: it is no note${describeMisfit(object ?? {}, parsed.issues[0])}; expected ` +
      '{"id": "…", "text": "…"} on each line',
  );
}

/** Of a key that stands twice, one value would be lost. */
function requireEachOnce(line: string, where: string): void {
  try {
    requireDistinctKeys(line);
  } catch (error) {
    throw new DataError(
      `reading ${where}: it has ${(error as Error).message}; expected each key once; leave one out`,
    );
  }
}

/** Which keys an object has instead of those of a note; or the one whose value is of another kind. */
function describeMisfit(object: object, issue: v.BaseIssue<unknown>): string {
  const key = String(issue.path?.[0]?.key);
  if (Object.hasOwn(object, key)) {
    return `, since ${key} is no ${key === "codes" ? "list of texts" : "text"}`;
  }
  const keys = Object.keys(object).slice(0, LISTED_KEYS).map(shown).join(", ");
  return keys && `, but has the keys ${keys}`;
}

/** The id of a note without controls and outer blanks. Throws {@linkcode DataError} where it may be a text. */
export function checkedId(raw: string, where: string): string {
  const id = stripControls(raw).trim();
  if (id === "" || isId(id)) return id;
  throw new DataError(
    `reading ${where}: its id is ${shown(id)}; expected one line, of four words and 64 ` +
      "characters at most; check which key is which",
  );
}
