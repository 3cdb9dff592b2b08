import assert from "node:assert/strict";
import { admit, createToken, pathOf } from "../../../tasks/serve/guard.ts";

const token = createToken();
const base = "http://127.0.0.1:7373";

/** The status of the refusal; 200 where there is none. */
function statusOf(url: string, headers: Record<string, string> = {}): number {
  try {
    admit(new Request(url, { headers }), token);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

Deno.test("a token is long, another each time, and needs no escape in an address", () => {
  assert.match(token, /^[\w-]{32}$/);
  assert.notEqual(createToken(), token);
});

Deno.test("who has the token in the address or as a bearer is let in, nobody else", () => {
  const rows: [string, Record<string, string>, number][] = [
    [`${base}/${token}/`, {}, 200],
    [`${base}/${token}/api/runs`, {}, 200],
    [`${base}/api/runs`, { authorization: `Bearer ${token}` }, 200],
    [`${base}/`, {}, 401],
    [`${base}/api/runs`, {}, 401],
    [`${base}/${token.slice(1)}/`, {}, 401],
    [`${base}/${createToken()}/`, {}, 401],
    [`${base}/api/runs`, { authorization: `Bearer ${token}x` }, 401],
    [`${base}/api/${token}`, {}, 401],
  ];
  for (const [url, headers, status] of rows) assert.equal(statusOf(url, headers), status, url);
});

Deno.test("a page elsewhere is refused, though it has the token and its name leads here", () => {
  const url = `${base}/${token}/`;
  assert.equal(statusOf(url, { host: "127.0.0.1:7373" }), 200);
  assert.equal(statusOf(url, { host: "localhost:9000" }), 200, "a forwarded port");
  for (
    const host of ["evil.example:7373", "127.0.0.1.evil.example", "localhost.evil", "[::1]:7373"]
  ) {
    assert.equal(statusOf(url, { host }), 403, host);
  }
  assert.equal(statusOf(url, { origin: base, host: "127.0.0.1:7373" }), 200);
  assert.equal(statusOf(url, { origin: "http://evil.example", host: "127.0.0.1:7373" }), 403);
  assert.equal(statusOf(url, { origin: "null", host: "127.0.0.1:7373" }), 403);
});

Deno.test("a path is the same with the token in front of it or in a header", () => {
  assert.equal(pathOf(new Request(`${base}/${token}/api/runs?a=1`), token), "/api/runs");
  assert.equal(pathOf(new Request(`${base}/api/runs`), token), "/api/runs");
  assert.equal(pathOf(new Request(`${base}/${token}/`), token), "/");
});
