/**
 * Notes to be coded, from a file or standard input.
 *
 * @module
 */
import { basename } from "node:path";
import * as v from "valibot";
import type { UncodedNote } from "../../model/run/predict.ts";
import { isId } from "../../pipeline/codes/plausible.ts";
import { DataError, shown, stripControls, UsageError } from "../../pipeline/errors.ts";

/** Notes of a stream that are computed together. */
const CHUNK = 64;

const noteSchema = v.object({
  id: v.union([v.string(), v.pipe(v.number(), v.transform(String))]),
  text: v.string(),
});

/**
 * The notes of a file in chunks: one note, or with `jsonl` one a line. `-` is standard input.
 *
 * @throws {UsageError} where the file cannot be opened.
 * @throws {DataError} where it is not UTF-8 or a line is no note, naming the line.
 */
export async function* readNotes(
  file: string,
  { jsonl }: { readonly jsonl: boolean },
): AsyncGenerator<UncodedNote[]> {
  const name = file === "-" ? "standard input" : file;
  if (!jsonl) {
    let text = "";
    for await (const part of readText(file, name)) text += part;
    yield [{ id: file === "-" ? "note" : stripControls(basename(file)), text }];
    return;
  }
  let notes: UncodedNote[] = [];
  let number = 0;
  for await (const line of readLines(readText(file, name))) {
    number++;
    if (line.trim() === "") continue;
    notes.push(parseNote(line, `${name}, line ${number}`));
    if (notes.length < CHUNK) continue;
    yield notes;
    notes = [];
  }
  if (notes.length > 0) yield notes;
}

async function* readText(file: string, name: string): AsyncGenerator<string> {
  const bytes = file === "-" ? Deno.stdin.readable : (await openFile(file)).readable;
  try {
    yield* bytes.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DataError(
      `reading ${name}: it is not UTF-8 text; convert it, for example with iconv`,
    );
  }
}

async function openFile(file: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(file);
  } catch (error) {
    throw new UsageError(
      `reading ${file}: ${(error as Error).message}; name a text file, or - for standard input`,
    );
  }
}

async function* readLines(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of parts) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parseNote(line: string, where: string): UncodedNote {
  const parsed = v.safeParse(noteSchema, parseJson(line));
  if (parsed.success) return { ...parsed.output, id: checkedId(parsed.output.id, where) };
  throw new DataError(
    `reading ${where}: it is no note; expected {"id": "…", "text": "…"} on each line`,
  );
}

function checkedId(raw: string, where: string): string {
  const id = stripControls(raw).trim();
  if (id === "" || isId(id)) return id;
  throw new DataError(
    `reading ${where}: its id is ${
      shown(id)
    }; expected one line, of four words and 64 characters ` +
      "at most; check which key is which",
  );
}

/** A line's value, undefined where it is not JSON: the parser's own message would quote the note. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
