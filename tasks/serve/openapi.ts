/**
 * The document of the API (OpenAPI 3.1), made of its routes.
 *
 * @module
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import type { JsonSchema, Route, TextType } from "./routes.ts";

/** A schema as JSON Schema has it. */
export type DescribedSchema = ReturnType<typeof toJsonSchema>;

/** What is held in a body. */
interface Content {
  readonly content: { readonly [type: string]: { readonly schema: object } };
}

/** A parameter of an address. */
export interface Parameter {
  readonly name: string;
  readonly in: "query";
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: DescribedSchema;
}

/** A route as the document has it. */
export interface Operation {
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody: Content & { readonly required: true } | undefined;
  readonly responses: {
    readonly [status: string]: { readonly description: string } & Partial<Content>;
  };
}

/** The document: of what OpenAPI has, the part that this API needs. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly object[];
  readonly components: object;
  readonly paths: {
    readonly [path: string]: { readonly [method: string]: Operation };
  };
}

/** What refused requests are answered. */
const ERROR = {
  type: "object",
  required: ["error"],
  properties: { error: { type: "string", description: "one line, without a word of a note" } },
} as const;

const REFUSALS: { readonly [status: string]: string } = {
  400: "The request is not as it should be.",
  401: "The token is missing, or another's.",
  403: "The request comes from another page, or by another host's name.",
  404: "There is no such run.",
  410: "The run is no longer there.",
  413: "The request is too large.",
  422: "The data cannot be read.",
  503: "Too many requests wait; Retry-After says when to come again.",
};

/** The document of some routes. */
export function describeApi(routes: readonly Route[]): ApiDocument {
  const paths = Map.groupBy(routes, ({ path }) => path);
  return {
    openapi: "3.1.0",
    info: {
      title: "MARN: codes of notes",
      version: "1",
      description: "On this machine alone. Nothing of a note is kept.",
    },
    servers: [{ url: "." }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    paths: Object.fromEntries(
      [...paths].map(([path, of]) => [
        path,
        Object.fromEntries(of.map((route) => [route.method, describeRoute(route)])),
      ]),
    ),
  };
}

/** The type of a route's answer. */
export function replyTypeOf({ replyType }: Route): string {
  return replyType ?? "application/json";
}

function describeRoute(route: Route): Operation {
  const { summary, query, body, reply, queued } = route;
  const refusals = Object.entries(REFUSALS).filter(([status]) => queued || status !== "503");
  return {
    summary,
    parameters: query ? describeParameters(query) : [],
    requestBody: body && { required: true, ...describeBody(body) },
    responses: {
      200: {
        description: "The answer.",
        content: { [replyTypeOf(route)]: { schema: describe(reply) } },
      },
      ...Object.fromEntries(
        refusals.map(([status, description]) => [
          status,
          { description, content: { "application/json": { schema: ERROR } } },
        ]),
      ),
    },
  };
}

function describeBody(body: JsonSchema | TextType): Content {
  return typeof body === "string"
    ? { content: { [body]: { schema: { type: "string" } } } }
    : { content: { "application/json": { schema: describe(body) } } };
}

function describeParameters(query: JsonSchema): Parameter[] {
  const { properties = {}, required = [] } = describe(query);
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as DescribedSchema;
    return { name, in: "query", required: required.includes(name), description, schema: rest };
  });
}

/** Checks of our own have no words in JSON Schema; what a request becomes has none, either. */
function describe(schema: JsonSchema): DescribedSchema {
  const { $schema: _draft, ...rest } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode: "input",
    errorMode: "ignore",
  });
  return rest;
}
