/**
 * The server's answers: the page, the API, its document, and refusals.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import * as v from "valibot";
import { DataError } from "../../pipeline/errors.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { describeFault } from "../../pipeline/files/json_fault.ts";
import { insist } from "../cli/print.ts";
import { formatApiPage } from "./api_page.ts";
import { admit, pathOf } from "./guard.ts";
import { describeApi, replyTypeOf } from "./openapi.ts";
import { CLIENT_MODULES, formatServePage } from "./page.ts";
import { RequestQueue, type TakeTurn } from "./queue.ts";
import { refusalOf, RequestRefusal } from "./refusal.ts";
import { apiRoutes, type JsonSchema, type Route } from "./routes.ts";
import type { CodingService } from "./service.ts";

/** What a server is made from. */
export interface ServerSettings {
  readonly service: CodingService;
  /** Whoever has it is let in. */
  readonly token: string;
  /** Requests that may wait for the engine. */
  readonly places?: number | undefined;
}

/** Answers a request; refusals are answers, too. */
export type AnswerRequest = (request: Request) => Promise<Response>;

/** Requests that wait at most. */
const PLACES = 64;

/** Bytes of the longest body: two million characters, escaped, and some. */
const MOST_BYTES = 32_000_000;

/** What a browser may do with an answer: keep nothing, show it in no frame, send it nowhere. */
const HEADERS = secureHeaders({
  contentSecurityPolicy: { frameAncestors: ["'none'"] },
  referrerPolicy: "no-referrer",
  xFrameOptions: "DENY",
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
  strictTransportSecurity: false, // there is no TLS on this machine's own address
});

/** Refuses a body that is longer than any request. */
const limitBody = bodyLimit({
  maxSize: MOST_BYTES,
  onError: () => {
    throw new RequestRefusal(413, `the request is longer than ${MOST_BYTES} bytes; split it`);
  },
});

/** The answers of a server. What is refused is said in JSON, in one line. */
export function createAnswers({ service, token, places = PLACES }: ServerSettings): AnswerRequest {
  const queue = new RequestQueue(places);
  const routes = apiRoutes(service);
  const document = describeApi(routes);
  const app = new Hono({ getPath: (request) => pathOf(request, token) });
  app.use(HEADERS);
  app.use(async (c, next) => {
    c.header("Cache-Control", "no-store");
    admit(c.req.raw, token);
    await next();
  });
  app.use((c, next) => untilItsEnd(limitBody(c, next)));
  app.onError((error, c) => refuse(error, c));
  app.notFound((c) => refuse(new RequestRefusal(404, "there is nothing at this address"), c));
  app.get("/", async (c) => c.html(await formatServePage()));
  app.get("/api", async (c) => c.html(await formatApiPage(document)));
  app.get("/openapi.json", (c) => c.json(document));
  for (const [path, script] of Object.entries(CLIENT_MODULES)) {
    app.get(`/${path}`, (c) => c.body(script, 200, { "Content-Type": "text/javascript" }));
  }
  for (const route of routes) {
    app.on(route.method, route.path, (c) => respond(route, c, queue));
  }
  return async (request) => URL.canParse(request.url) ? await app.fetch(request) : refuseAddress();
}

/** Of a request whose host is none there is no address to answer by. */
function refuseAddress(): Response {
  const error = "the request's address is none; see its Host";
  return Response.json({ error }, { status: 400, headers: { "Cache-Control": "no-store" } });
}

async function respond(route: Route, c: Context, queue: RequestQueue): Promise<Response> {
  const { signal: gone } = c.req.raw;
  const atOnce: TakeTurn = (work) => work(gone);
  const answer = async (turn: TakeTurn) => {
    const query = parseQuery(route, c);
    const body = await parseBody(route, c);
    const reply = await route.answer({ query, body, turn });
    return c.body(JSON.stringify(reply), 200, { "Content-Type": replyTypeOf(route) });
  };
  return await (route.queued ? queue.within(answer, gone) : answer(atOnce));
}

function parseQuery({ query }: Route, c: Context): never {
  return (query && conform(query, c.req.query(), "the query")) as never;
}

async function parseBody({ body }: Route, c: Context): Promise<never> {
  if (!body) return undefined as never;
  const text = await readUtf8(c);
  if (typeof body === "string") return text as never;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new RequestRefusal(400, `reading the request: ${(error as Error).message}`);
  }
  return conform(body, value, "the request") as never;
}

/** Reads a body. That its sender leaves before its end is no defect of this program. */
async function untilItsEnd<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RequestRefusal) throw error;
    throw new RequestRefusal(400, "reading the request: it ends early; send the whole of it");
  }
}

async function readUtf8(c: Context): Promise<string> {
  const bytes = await untilItsEnd(c.req.arrayBuffer());
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError("reading the request: it is not UTF-8 text; convert it");
  }
}

function conform(schema: JsonSchema, value: unknown, what: string): unknown {
  try {
    return v.parse(schema, value);
  } catch (error) {
    throw new RequestRefusal(
      400,
      `reading ${what}: ${describeFault(error)}; /api says what it has`,
    );
  }
}

function refuse(error: unknown, c: Context): Response {
  const refusal = refusalOf(error);
  if (refusal.status === 500) insist(`error: ${refusal.message}`);
  if (refusal.retryAfter !== undefined) c.header("Retry-After", `${refusal.retryAfter}`);
  return c.json({ error: refusal.message }, refusal.status);
}
