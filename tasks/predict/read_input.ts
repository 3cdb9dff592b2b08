/**
 * The notes that `predict` is given, in whichever form.
 *
 * @module
 */
import { type FhirNote, parseFhirNotes } from "../../model/fhir/documents.ts";
import { DataError, shown } from "../../pipeline/errors.ts";
import type { CellRow } from "../../pipeline/source/records.ts";
import { EVERY_NOTE, type NoteRange, streamChunks } from "../cli/note_chunks.ts";
import { checkedId, type InputNote, readNotes } from "../cli/read_notes.ts";

/** A note, with what its document says where it is FHIR's. */
export type GivenNote = InputNote & Partial<Pick<FhirNote, "reference" | "subject">>;

/** What the command line says of the input. */
export interface InputForm {
  /** A note, or with `fhir` a resource, a line. */
  readonly jsonl?: boolean | undefined;
  /** FHIR resources. */
  readonly fhir?: boolean | undefined;
  /** Which notes of JSON lines or of a table are read; all without it. */
  readonly range?: NoteRange | undefined;
}

/**
 * The notes of a file in chunks.
 *
 * @throws {UsageError} where the file cannot be opened.
 * @throws {DataError} where it is not of the form that it should be.
 */
export async function* readInput(
  file: string,
  { jsonl = false, fhir = false, range = EVERY_NOTE }: InputForm,
): AsyncGenerator<GivenNote[]> {
  if (fhir) {
    for await (const texts of readNotes(file, { jsonl, bare: true })) {
      for (const { id, text } of texts) yield parseFhirNotes(text, id);
    }
  } else if (isTable(file)) yield* readTable(file, range);
  else yield* readNotes(file, { jsonl, range });
}

/** Whether an input is a table, by its name. */
export function isTable(file: string): boolean {
  return file.endsWith(".parquet");
}

/**
 * How many notes an input of JSON lines or a table has. Throws as {@linkcode readInput}, but for lines
 * that are no notes.
 */
export async function countNotes(file: string): Promise<number> {
  if (isTable(file)) {
    const { countParquet } = await import("../../pipeline/source/parquet_table.ts");
    return await countParquet({ path: file, location: await Deno.realPath(file) });
  }
  let count = 0;
  for await (const { length } of readNotes(file, { jsonl: true, bare: true })) count += length;
  return count;
}

/** Notes of a table with the columns `id` and `text`, and maybe a list `codes`. */
async function* readTable(
  path: string,
  range: NoteRange,
): AsyncGenerator<GivenNote[]> {
  const { readParquet, surveyParquet } = await import("../../pipeline/source/parquet_table.ts");
  const file = { path, location: await Deno.realPath(path) };
  const { keys } = await surveyParquet(file);
  const places = ["id", "text", "codes"].map((name) => keys.indexOf(name));
  const [id, text, codes] = places as [number, number, number];
  if (id < 0 || text < 0) {
    const found = keys.map(shown).join(", ");
    throw new DataError(
      `reading ${path}: its columns are ${found}; expected id and text among them`,
    );
  }
  let place = range.from;
  const noteOf = (row: CellRow): GivenNote => ({
    id: checkedId(row[id]!, `${path}, row ${++place}`),
    text: row[text]!,
    codes: codes < 0 || row[codes] === "" ? undefined : parseCodes(row[codes]!, path),
  });
  for await (const rows of streamChunks(eachOf(readParquet(file)), range)) yield rows.map(noteOf);
}

/** The items of lists, one after the other. */
async function* eachOf<T>(lists: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const list of lists) yield* list;
}

/** A list, as JSON. */
function parseCodes(cell: string, path: string): string[] {
  try {
    const codes = JSON.parse(cell);
    if (Array.isArray(codes)) return codes.map(String);
  } catch {
    // not JSON: refused below as JSON of another kind is
  }
  throw new DataError(`reading ${path}: its column codes holds no list; expected lists of codes`);
}
