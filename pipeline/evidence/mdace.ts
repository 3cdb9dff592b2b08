/**
 * Annotations as MDACE has them (Cheng et al. 2023): a JSON file an admission, with its notes by ROW_ID
 * of MIMIC-III's NOTEEVENTS, and in each note the passages marked, in code points.
 *
 * @module
 */
import * as v from "valibot";
import { DataError } from "../errors.ts";
import { natural } from "../files/field_schemas.ts";
import { parseJson } from "../files/json.ts";
import type { Annotation } from "./annotation.ts";

const passage = v.pipe(
  v.object({ begin: natural, end: natural, code: v.pipe(v.string(), v.minLength(1)) }),
  v.check(({ begin, end }) => begin <= end, "it ends before it begins"),
);
const admission = v.object({
  hadm_id: natural,
  notes: v.array(v.object({ note_id: natural, annotations: v.array(passage) })),
});

/**
 * The annotations of a file.
 *
 * @param name of the file, for messages.
 * @throws {DataError} where it is none of MDACE's, naming the key and quoting nothing.
 */
export function parseMdace(text: string, name: string): Annotation[] {
  const { hadm_id, notes } = parseAdmission(text, name);
  return notes.flatMap(({ note_id, annotations }) =>
    annotations.map(({ begin, end, code }, at) => ({
      document: String(hadm_id),
      note: note_id,
      code,
      stretches: [{ start: begin, end }],
      where: `${name}, annotation ${at + 1} of note ${note_id}`,
    }))
  );
}

function parseAdmission(text: string, name: string): v.InferOutput<typeof admission> {
  const refuse = (found: string) =>
    new DataError(
      `reading ${name}: ${found}; expected an admission as MDACE has it: hadm_id, and notes of ` +
        "note_id and annotations with begin, end and code; see docs/evidence.md",
    );
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw refuse((error as SyntaxError).message);
  }
  const parsed = v.safeParse(admission, value);
  if (parsed.success) return parsed.output;
  throw refuse(`its ${v.getDotPath(parsed.issues[0]) ?? "top level"} is not as it should be`);
}
