/**
 * Notes of FHIR R4: DocumentReference resources, alone or in a Bundle, whose text is attached in base64.
 *
 * @module
 */
import * as v from "valibot";
import { isId } from "../../pipeline/codes/plausible.ts";
import { DataError, shown } from "../../pipeline/errors.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { describeBinary } from "../../pipeline/source/stored_text.ts";
import type { UncodedNote } from "../run/predict.ts";

/** A note, and what its codes will refer to. */
export interface FhirNote extends UncodedNote {
  /** The document: `DocumentReference/17`, or its full URL in a bundle. */
  readonly reference: string | undefined;
  /** Whom it is about, as the resource says. */
  readonly subject: object | undefined;
}

const attachment = v.object({
  contentType: v.optional(v.string()),
  data: v.optional(v.string()),
});
const documentSchema = v.object({
  resourceType: v.literal("DocumentReference"),
  id: v.optional(v.string()),
  status: v.optional(v.string()),
  subject: v.optional(v.looseObject({})),
  content: v.array(v.object({ attachment })),
});
const bundleSchema = v.object({
  resourceType: v.literal("Bundle"),
  entry: v.optional(
    v.array(v.object({
      fullUrl: v.optional(v.string()),
      resource: v.optional(v.looseObject({ resourceType: v.string() })),
    })),
    [],
  ),
});

/** The status of a document that should not have been made. */
const RETRACTED = "entered-in-error";

type DocumentReference = v.InferOutput<typeof documentSchema>;

/**
 * The notes of a DocumentReference, or of all that a Bundle holds.
 *
 * @param json a resource's text.
 * @param where names it in messages.
 * @throws {DataError} where it is no such resource, or a document has no text that can be read.
 */
export function parseFhirNotes(json: string, where: string): FhirNote[] {
  const resource = parse(json, where);
  const { resourceType } = resource as { resourceType?: unknown };
  if (resourceType !== "Bundle") return [readDocument(resource, undefined, where)];
  const notes = readBundle(resource, where);
  if (notes.length > 0) return notes;
  throw refusal(where, "the Bundle holds no DocumentReference");
}

/** The documents of a Bundle, and of those in it. */
function readBundle(bundle: object, where: string): FhirNote[] {
  const { entry } = conform(bundleSchema, bundle, where);
  return entry.flatMap(({ fullUrl, resource }, at) => {
    const place = `${where}, entry ${at + 1}`;
    if (resource?.resourceType === "Bundle") return readBundle(resource, place);
    return resource?.resourceType === "DocumentReference"
      ? [readDocument(resource, fullUrl, place)]
      : [];
  });
}

function parse(json: string, where: string): object {
  try {
    const value = parseJson(json);
    if (value !== null && typeof value === "object") return value;
  } catch {
    // not JSON: refused below as JSON of another kind is
  }
  throw refusal(where, "it is no JSON object");
}

function conform<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw refusal(where, `${v.getDotPath(issue) ?? "the whole"} is not what R4 has there`);
}

function readDocument(resource: object, fullUrl: string | undefined, where: string): FhirNote {
  const document = conform(documentSchema, resource, where);
  const { id, status, subject } = document;
  if (status === RETRACTED) {
    throw refusal(where, `its status is ${RETRACTED}: it is not to be used`);
  }
  if (id !== undefined && !isId(id)) throw refusal(where, `its id is ${shown(id)}`);
  const reference = fullUrl ?? (id === undefined ? undefined : `DocumentReference/${id}`);
  return { id: id ?? "note", text: readText(document, where), reference, subject };
}

/** The text that is attached: other contents are the same document in other forms. */
function readText({ content }: DocumentReference, where: string): string {
  const attachments = content.map(({ attachment }) => attachment);
  const plain = attachments.filter(({ contentType = "text/plain", data }) =>
    data !== undefined && /^text\/plain\b/i.test(contentType)
  );
  const texts = new Set(
    plain.map(({ data, contentType }) => decode(data!, contentType ?? "text/plain", where)),
  );
  const [text] = texts;
  if (texts.size > 1) throw refusal(where, `it has ${texts.size} texts attached, which differ`);
  if (text !== undefined) return text;
  const types = attachments.map(({ contentType, data }) =>
    data === undefined ? "no data" : shown(contentType ?? "")
  );
  throw refusal(where, `it has no text/plain attached (${types.join(", ") || "nothing"})`);
}

function decode(base64: string, contentType: string, where: string): string {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType) ?? [];
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    throw refusal(where, "its attached data is no base64");
  }
  const binary = describeBinary(bytes);
  const isOfWideUnits = /^utf-?(?:16|32)/i.test(charset);
  if (binary && !isOfWideUnits) throw refusal(where, `its attached data is ${binary.is}`);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    throw refusal(where, `its text is not in ${shown(charset)}, as its content type says`);
  }
}

function refusal(where: string, found: string): DataError {
  return new DataError(
    `reading ${where}: ${found}; expected a FHIR R4 DocumentReference, or a Bundle of them, with ` +
      "text/plain in base64",
  );
}
