/**
 * The routes of the API: for each what it is asked, what it answers, and how.
 *
 * @module
 */
import type * as v from "valibot";
import { parseNotes } from "./parse_notes.ts";
import type { TakeTurn } from "./queue.ts";
import * as schemas from "./schemas.ts";
import type { CodingService } from "./service.ts";

/** A schema of JSON. */
export type JsonSchema = v.GenericSchema;

/** A request that was held against its route. */
export interface Asked<Query, Body> {
  readonly query: Query;
  /** Held against the route's schema; a text where it has none. */
  readonly body: Body;
  /** Takes a turn at the engine; at once on a route that is not queued. */
  readonly turn: TakeTurn;
}

/** What a body holds that is no JSON of ours. */
export type TextType = "text/plain" | "application/fhir+json";

/** A route: requests are held against it, and the document describes it. */
export interface Route {
  readonly method: "get" | "post";
  readonly path: string;
  /** What it does: a sentence. */
  readonly summary: string;
  readonly query?: JsonSchema | undefined;
  readonly body?: JsonSchema | TextType | undefined;
  readonly reply: JsonSchema;
  /** What its answer is said to be; JSON by default. */
  readonly replyType?: "application/fhir+json" | undefined;
  /** Whether its requests wait for each other; beyond so many they are refused with 503. */
  readonly queued: boolean;
  readonly answer: (asked: Asked<never, never>) => Promise<unknown> | unknown;
}

/** A route whose answer is held against its schemas by the compiler. */
function route<
  Reply extends JsonSchema,
  Query extends JsonSchema = v.NullSchema<undefined>,
  Body extends JsonSchema | TextType = v.NullSchema<undefined>,
>(
  declared: Omit<Route, "query" | "body" | "reply" | "answer"> & {
    readonly query?: Query;
    readonly body?: Body;
    readonly reply: Reply;
    readonly answer: (
      asked: Asked<v.InferOutput<Query>, Body extends JsonSchema ? v.InferOutput<Body> : string>,
    ) => Promise<v.InferOutput<Reply>> | v.InferOutput<Reply>;
  },
): Route {
  return declared as unknown as Route;
}

/** The routes, in the order in which the document has them. */
export function apiRoutes(service: CodingService): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/runs",
      summary: "The runs that notes can be coded with.",
      reply: schemas.runsReplySchema,
      queued: false,
      answer: async () => ({ runs: await service.shelf.list() }),
    }),
    route({
      method: "post",
      path: "/api/predict",
      summary: "Codes notes, with the words behind each code.",
      body: schemas.predictRequestSchema,
      reply: schemas.predictReplySchema,
      queued: true,
      answer: ({ body, turn }) => service.predict(body, turn),
    }),
    route({
      method: "post",
      path: "/api/audit",
      summary:
        "What a run doubts of codes that a person gave: likely missing and likely wrong ones.",
      body: schemas.auditRequestSchema,
      reply: schemas.auditReplySchema,
      queued: true,
      answer: ({ body, turn }) => service.audit(body, turn),
    }),
    route({
      method: "post",
      path: "/api/fhir",
      summary: "Codes a FHIR R4 DocumentReference, or a Bundle with some: a Bundle of Conditions.",
      query: schemas.fhirQuerySchema,
      body: "application/fhir+json",
      reply: schemas.resourceSchema,
      replyType: "application/fhir+json",
      queued: true,
      answer: ({ query, body, turn }) => service.codeFhir(body, query, turn),
    }),
    route({
      method: "get",
      path: "/api/search",
      summary: "Codes that begin so, or whose titles have such words.",
      query: schemas.searchQuerySchema,
      reply: schemas.searchReplySchema,
      queued: false,
      answer: ({ query }) => service.search(query),
    }),
    route({
      method: "post",
      path: "/api/decisions",
      summary: "Keeps what a person decides of a code, where serve was told to keep it.",
      body: schemas.decisionRequestSchema,
      reply: schemas.decisionReplySchema,
      queued: false,
      answer: ({ body }) => service.decide(body),
    }),
    route({
      method: "get",
      path: "/api/decisions",
      summary: "What was decided of a note before.",
      query: schemas.decisionsQuerySchema,
      reply: schemas.decisionsReplySchema,
      queued: false,
      answer: ({ query: { note } }) => service.decisionsOf(note),
    }),
    route({
      method: "post",
      path: "/api/notes",
      summary: "The notes in a text: one in plain text, one a line in JSON, or FHIR's.",
      query: schemas.notesQuerySchema,
      body: "text/plain",
      reply: schemas.notesReplySchema,
      queued: false,
      answer: ({ query, body }) => ({ notes: parseNotes(body, query.name) }),
    }),
    route({
      method: "post",
      path: "/api/evidence",
      summary: "Codes a note, and marks the words behind its codes in its text: markup for a page.",
      body: schemas.evidenceRequestSchema,
      reply: schemas.evidenceReplySchema,
      queued: true,
      answer: ({ body, turn }) => service.show(body, turn),
    }),
  ];
}
