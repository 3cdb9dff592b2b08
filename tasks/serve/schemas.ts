/**
 * What requests and answers of the API hold. Requests are held against these, and the API's document is
 * made of them.
 *
 * @module
 */
import * as v from "valibot";
import { METHODS } from "../../model/attribution/methods.ts";
import { FINDING_KINDS } from "../../model/audit/findings.ts";
import { isCode, isId } from "../../pipeline/codes/plausible.ts";
import { stripControls } from "../../pipeline/errors.ts";
import { digest, fraction, natural } from "../../pipeline/files/field_schemas.ts";
import { CODE_KINDS, TASKS } from "../../pipeline/schema.ts";

/** Notes of one request. */
const MOST_NOTES = 1000;

const described = <T>(text: string) => v.description<T, string>(text);

/** A list of an answer. */
const listOf = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(v.array(schema), v.readonly());

const id = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check((id) => id === "" || isId(id), "expected one line of four words at most"),
  v.transform(stripControls),
);
const code = v.pipe(
  v.string(),
  v.maxLength(40),
  v.check(isCode, "expected a code"),
  v.check((code) => stripControls(code) === code, "expected a code without controls"),
);
const givenCodes = v.pipe(v.array(code), described("codes that a person gave"));
const noteDigest = v.pipe(digest, described("SHA-256 of the note's text, hexadecimal"));
const listed = v.pipe(natural, v.maxValue(1000));
const run = v.pipe(
  v.string(),
  described("a run's directory, as /api/runs lists it; the first one by default"),
);
const task = v.pipe(v.picklist(TASKS), described("label set; the run's target by default"));

/** A note of a request. */
export const noteSchema = v.strictObject({
  id: v.optional(id, "note"),
  text: v.string(),
  codes: v.optional(givenCodes),
});

const codedNoteSchema = v.strictObject({
  ...noteSchema.entries,
  codes: givenCodes,
});

const words = v.optional(
  v.pipe(listed, described("words that are listed for each code")),
  5,
);
const notesOf = <Schema extends v.GenericSchema>(note: Schema) =>
  v.pipe(v.array(note), v.minLength(1), v.maxLength(MOST_NOTES));

/** How notes are coded. */
const codingEntries = {
  run: v.optional(run),
  task: v.optional(task),
  threshold: v.optional(v.pipe(fraction, described("codes above it are assigned"))),
  by: v.optional(v.pipe(v.picklist(METHODS), described("what says which words are behind a code"))),
};

/** What `/api/predict` is asked. */
export const predictRequestSchema = v.strictObject({
  ...codingEntries,
  top: v.optional(v.pipe(listed, described("codes that are listed, beside all assigned ones")), 10),
  words,
  notes: notesOf(noteSchema),
});

/** What `/api/audit` is asked. */
export const auditRequestSchema = v.strictObject({
  ...codingEntries,
  words,
  notes: notesOf(codedNoteSchema),
});

const wordSchema = v.object({
  word: v.string(),
  start: v.pipe(natural, described("first UTF-16 unit in the note, as JavaScript counts")),
  end: v.pipe(natural, described("behind the last UTF-16 unit")),
  codePointStart: v.pipe(natural, described("first code point in the note, as Python counts")),
  codePointEnd: v.pipe(natural, described("behind the last code point")),
  weight: v.pipe(fraction, described("share in the code")),
});
const codeEntries = {
  code: v.string(),
  title: v.string(),
  category: v.optional(v.object({ code: v.string(), title: v.string() })),
  probability: fraction,
  assigned: v.pipe(v.boolean(), described("whether it is above the threshold")),
  accepted: v.optional(v.pipe(v.boolean(), described("whether it may be accepted unseen"))),
  words: v.optional(listOf(wordSchema)),
};
const warnings = v.pipe(listOf(v.string()), described("what to know before trusting the codes"));

/** How a note was read. */
const readingEntries = {
  id: v.string(),
  note: noteDigest,
  tokens: natural,
  read: v.pipe(natural, described("tokens that were read: the first ones")),
  known: v.pipe(natural, described("those that the vocabulary knows")),
  threshold: fraction,
  method: v.optional(v.picklist(METHODS)),
  warnings,
};

/** What a run says of a note. */
export const predictionSchema = v.object({
  ...readingEntries,
  codes: listOf(v.object(codeEntries)),
});

const kind = v.picklist(FINDING_KINDS);

/** What a run doubts of a note's codes. */
const auditedSchema = v.object({
  ...readingEntries,
  findings: v.pipe(
    listOf(v.object({
      kind,
      weight: v.pipe(v.number(), described("log-odds that the coder erred, up to a constant")),
      ...codeEntries,
    })),
    described("the weightiest first"),
  ),
  given: v.pipe(natural, described("given codes that the run knows")),
  strange: v.pipe(listOf(v.string()), described("given codes that the run does not know")),
});

const answeringRun = {
  run: v.string(),
  weights: v.pipe(digest, described("SHA-256 of the checkpoint")),
  task: v.picklist(TASKS),
  restricted: v.pipe(v.boolean(), described("made from restricted data: do not pass on")),
};

/** What `/api/predict` answers. */
export const predictReplySchema = v.object({
  ...answeringRun,
  predictions: listOf(predictionSchema),
});

/** What `/api/audit` answers. */
export const auditReplySchema = v.object({
  ...answeringRun,
  audits: listOf(auditedSchema),
});

/** A note that is looked at. */
export const evidenceRequestSchema = v.strictObject({
  run: v.optional(run),
  task: v.optional(task),
  note: noteSchema,
  audit: v.optional(
    v.pipe(v.boolean(), described("list what the run doubts of the codes that a person gave")),
    false,
  ),
});

/** A note's text with its words marked, and its codes. */
export const evidenceReplySchema = v.object({
  ...answeringRun,
  html: v.string(),
  prediction: predictionSchema,
  audit: v.optional(v.object({
    kinds: v.pipe(listOf(kind), described("of each code")),
    agreed: v.pipe(listOf(v.string()), described("given codes that the run assigns, too")),
    strange: listOf(v.string()),
  })),
});

/** What `/api/runs` answers. */
export const runsReplySchema = v.object({
  runs: listOf(v.object({
    run: v.string(),
    system: v.nullable(v.string()),
    labelSet: v.nullable(v.string()),
    target: v.nullable(v.picklist(TASKS)),
    restricted: v.nullable(v.boolean()),
    synthetic: v.nullable(v.pipe(v.boolean(), described("its notes are made up"))),
    problem: v.nullable(v.pipe(v.string(), described("why no note can be coded with it"))),
  })),
});

/** What `/api/search` is asked. */
export const searchQuerySchema = v.strictObject({
  run: v.optional(run),
  task: v.optional(task),
  q: v.pipe(v.string(), v.maxLength(200), described("how a code begins, or words of its title")),
});

/** What `/api/search` answers. */
export const searchReplySchema = v.object({
  codes: listOf(
    v.object({ code: v.string(), title: v.string(), kind: v.picklist(CODE_KINDS) }),
  ),
});

/** What `/api/notes` is asked beside the text. */
export const notesQuerySchema = v.strictObject({
  name: v.optional(v.pipe(id, described("names a plain text: its file")), "note"),
});

/** What `/api/notes` answers. */
export const notesReplySchema = v.object({
  notes: listOf(v.object({
    id: v.string(),
    text: v.string(),
    codes: v.optional(listOf(v.string())),
  })),
});

/** What `/api/fhir` is asked beside the resource. */
export const fhirQuerySchema = v.strictObject({
  run: v.optional(run),
  "code-system": v.optional(
    v.pipe(v.string(), v.minLength(1), described("where the codes are defined: a URI")),
  ),
});

/** A resource of FHIR, which others define. */
export const resourceSchema = v.pipe(
  v.looseObject({ resourceType: v.string() }),
  described("a resource of FHIR R4"),
);

const decisionEntries = {
  note: noteDigest,
  id: v.optional(id),
  code,
  decision: v.picklist(["accept", "reject", "add", "undo"]),
  reason: v.optional(v.pipe(v.string(), v.maxLength(500))),
  probability: v.optional(v.pipe(fraction, described("that the run gave the code, if it did"))),
};

/** What `/api/decisions` is told. */
export const decisionRequestSchema = v.strictObject({
  run: v.optional(run),
  task: v.optional(task),
  ...decisionEntries,
});

/** A decision as it is kept. */
export const decidedSchema = v.strictObject({
  time: v.pipe(v.string(), v.isoTimestamp()),
  ...decisionEntries,
  task: v.picklist(TASKS),
  run: v.string(),
  weights: digest,
});

/** What `/api/decisions` answers whoever decides. */
export const decisionReplySchema = v.object({
  kept: v.pipe(v.boolean(), described("whether --decisions or --audit-log asks for decisions")),
});

/** Whose decisions are asked for. */
export const decisionsQuerySchema = v.strictObject({ note: noteDigest });

/** The decisions of a note. */
export const decisionsReplySchema = v.object({
  kept: v.boolean(),
  decisions: v.pipe(listOf(decidedSchema), described("the latest of each code")),
});
