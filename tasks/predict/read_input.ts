/**
 * The notes that `predict` is given, in whichever form.
 *
 * @module
 */
import { type FhirNote, parseFhirNotes } from "../../model/fhir/documents.ts";
import { DataError } from "../../pipeline/errors.ts";
import { CHUNK_NOTES, type InputNote, readNotes } from "../cli/read_notes.ts";

/** A note, with what its document says where it is FHIR's. */
export type GivenNote = InputNote & Partial<Pick<FhirNote, "reference" | "subject">>;

/** What the command line says of the input. */
export interface InputForm {
  /** A note, or with `fhir` a resource, a line. */
  readonly jsonl?: boolean | undefined;
  /** FHIR resources. */
  readonly fhir?: boolean | undefined;
}

/**
 * The notes of a file in chunks.
 *
 * @throws {UsageError} where the file cannot be opened.
 * @throws {DataError} where it is not of the form that it should be.
 */
export async function* readInput(
  file: string,
  { jsonl = false, fhir = false }: InputForm,
): AsyncGenerator<GivenNote[]> {
  if (fhir) {
    for await (const texts of readNotes(file, { jsonl, bare: true })) {
      for (const { id, text } of texts) yield parseFhirNotes(text, id);
    }
  } else if (file.endsWith(".parquet")) yield* readTable(file);
  else yield* readNotes(file, { jsonl });
}

/** Notes of a table with the columns `id` and `text`, and maybe a list `codes`. */
async function* readTable(path: string): AsyncGenerator<GivenNote[]> {
  const { readParquet, surveyParquet } = await import("../../pipeline/source/parquet_table.ts");
  const file = { path, location: await Deno.realPath(path) };
  const { keys } = await surveyParquet(file);
  const places = ["id", "text", "codes"].map((name) => keys.indexOf(name));
  const [id, text, codes] = places as [number, number, number];
  if (id < 0 || text < 0) {
    throw new DataError(
      `reading ${path}: its columns are ${keys.join(", ")}; expected id and text among them`,
    );
  }
  for await (const rows of readParquet(file)) {
    for (let at = 0; at < rows.length; at += CHUNK_NOTES) {
      yield rows.slice(at, at + CHUNK_NOTES).map((row) => {
        const given = codes < 0 || row[codes] === "" ? undefined : parseCodes(row[codes]!, path);
        return { id: row[id]!, text: row[text]!, codes: given };
      });
    }
  }
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
