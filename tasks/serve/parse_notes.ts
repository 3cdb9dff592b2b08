/**
 * The notes in what a person pasted or dropped: one in plain text, one a line in JSON, or FHIR's.
 *
 * @module
 */
import { parseFhirNotes } from "../../model/fhir/documents.ts";
import { parseJsonObject } from "../../pipeline/files/json_lines.ts";
import { type InputNote, parseNoteLine } from "../cli/read_notes.ts";

/**
 * The notes of a text, in its order.
 *
 * @param name of a plain text's note.
 * @throws {DataError} where a line of JSON is no note, naming the line, or a FHIR resource has no text.
 */
export function parseNotes(text: string, name: string): InputNote[] {
  const whole = parseJsonObject(text);
  if (whole !== undefined && "resourceType" in whole) {
    return parseFhirNotes(text, "the resource").map(({ id, text }) => ({ id, text }));
  }
  if (whole !== undefined) return [parseNoteLine(text, "the note")];
  const lines = text.split(/\r?\n/)
    .map((line, at) => ({ line, where: `line ${at + 1}` }))
    .filter(({ line }) => line.trim() !== "");
  const [first] = lines;
  const isPlain = first === undefined || parseJsonObject(first.line) === undefined;
  if (isPlain) return [{ id: name, text }];
  return lines.map(({ line, where }) => parseNoteLine(line, where));
}
