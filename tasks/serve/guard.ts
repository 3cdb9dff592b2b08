/**
 * Who is let in: those who have the token, by way of this machine's own name. The token is part of the
 * address that the server prints, `http://127.0.0.1:PORT/TOKEN/`, so that all that a page asks for beside
 * itself has it, too; programs may send it as `Authorization: Bearer TOKEN` instead.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { LOOPBACK } from "../launch/loopback.ts";
import { RequestRefusal } from "./refusal.ts";

/** Bytes of a token: nobody guesses so many. */
const TOKEN_BYTES = 24;

/** The names under which a browser may know this machine. */
const HOSTS = [LOOPBACK, "localhost"];

/** A new token, which can stand in an address. */
export function createToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

/** The path that a request asks for, without the token where that stands in front of it. */
export function pathOf(request: Request, token: string): string {
  const { pathname } = new URL(request.url);
  const [, first = "", ...rest] = pathname.split("/");
  return isSame(first, token) ? `/${rest.join("/")}` : pathname;
}

/**
 * Lets a request in.
 *
 * @throws {RequestRefusal} 403 where it comes by another host's name (a page elsewhere whose name was
 * made to lead here) or from another page; 401 where it has no token, or another.
 */
export function admit(request: Request, token: string): void {
  const { headers, url } = request;
  const host = headers.get("host") ?? new URL(url).host;
  if (!HOSTS.includes(host.replace(/:\d+$/, ""))) {
    const names = HOSTS.join(" or ");
    throw new RequestRefusal(403, `this server answers by the name of ${names} alone`);
  }
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) {
    throw new RequestRefusal(403, "this server answers its own page alone");
  }
  const [, first = ""] = new URL(url).pathname.split("/");
  const [, sent = ""] = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (isSame(first, token) || isSame(sent, token)) return;
  throw new RequestRefusal(
    401,
    "the token is missing or another's; open the address that deno task serve printed",
  );
}

/** Whether two texts are equal, in a time that tells nothing of where they differ. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(one!, other!);
}
