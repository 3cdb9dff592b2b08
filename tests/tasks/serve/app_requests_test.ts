import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { Served } from "../../_support/served.ts";

const CANARY = "zyxcanary";

const served = await Served.create({ places: 20 });
Deno.test.afterAll(async () => await served[Symbol.asyncDispose]());
const text = "Word001 strange, word002 again";

/** What is said on the console while `use` lasts. */
async function heard(use: () => Promise<void>): Promise<string> {
  const said: string[] = [];
  const { error, log } = console;
  console.error = console.log = (line: string) => void said.push(line);
  try {
    await use();
  } finally {
    console.error = error;
    console.log = log;
  }
  return said.join("\n");
}

Deno.test("every bad request has one clear answer, and no word of a note in it", async () => {
  const note = { text: `fever ${CANARY}` };
  const noText = { resourceType: "DocumentReference", content: [{ attachment: {} }] };
  const rows: [path: string, body: unknown, status: number, said: RegExp][] = [
    ["api/predict", `{"notes": [${CANARY}`, 400, /^reading the request: no JSON/],
    ["api/predict", `${CANARY} is no JSON`, 400, /^reading the request: no JSON/],
    ["api/predict", { notes: [] }, 400, /notes: /],
    ["api/predict", { notes: note.text }, 400, /notes: expected Array, found a text of/],
    ["api/predict", { notes: [{ ...note, id: `a ${CANARY} text of many words` }] }, 400, /id/],
    ["api/predict", { notes: [note], topp: 3 }, 400, /topp/],
    ["api/predict", { notes: [note], task: `${CANARY} said so` }, 400, /task: expected/],
    ["api/predict", { notes: [note], run: "nowhere" }, 404, /run nowhere is not served/],
    ["api/fhir", `${CANARY}`, 422, /the resource: it is no JSON object/],
    ["api/fhir", noText, 422, /the resource: it has no text\/plain attached \(no data\)/],
    [
      "api/notes",
      `{"id": 1, "text": "a"}\n{"id": 2, "txt": "${CANARY}"}`,
      422,
      /line 2: it is no note/,
    ],
    ["api/decisions", { note: "x", code: "1", decision: "accept" }, 400, /note: expected/],
    ["api/decisions?note=1", undefined, 400, /note: expected/],
    ["api/nothing", undefined, 404, /nothing at this address/],
    ["api/search", undefined, 400, /q: it is missing/],
  ];
  const said = await heard(async () => {
    for (const [path, body, status, message] of rows) {
      const answered = await served.ask(path, body);
      const row = `${path} ${JSON.stringify(body)}: ${JSON.stringify(answered.body)}`;
      assert.equal(answered.status, status, row);
      assert.deepEqual(Object.keys(answered.body), ["error"], row);
      assert.match(answered.body.error, message, row);
      assert.ok(!answered.body.error.includes(CANARY), row);
      assert.doesNotMatch(answered.body.error, /\n|\.ts:/, row);
    }
  });
  assert.equal(said, "");
});

Deno.test("who has no token sees nothing, not even the page", async () => {
  for (const path of ["", "api/runs", "openapi.json", "serve/client/main.js", "a/api/runs"]) {
    const response = await served.answer(new Request(`http://127.0.0.1/${path}`));
    assert.equal(response.status, 401, path);
    assert.match(await response.text(), /^\{"error":"the token is missing/);
  }
});

Deno.test("no answer is stored, framed, or guessed to be something else", async () => {
  for (const path of ["", "api", "api/runs", "api/nothing", "serve/client/main.js"]) {
    const { headers } = await served.ask(path);
    assert.equal(headers.get("cache-control"), "no-store", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("content-security-policy"), "frame-ancestors 'none'", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
  }
  const { headers } = await served.answer(new Request("http://127.0.0.1/"));
  assert.equal(headers.get("cache-control"), "no-store", "who is not let in");
  assert.equal(headers.get("x-content-type-options"), "nosniff", "who is not let in");
});

Deno.test("the page lets in its own server's modules and no script in it", async () => {
  const { body } = await served.ask("");
  assert.match(body, /script-src 'self'; connect-src 'self'/);
  assert.deepEqual(body.match(/<script[^>]*>[^<]*/g), [
    '<script type="module" src="serve/client/main.js">',
  ]);
});

Deno.test("a note of two million characters is coded, and it is said how much was read", async () => {
  const long = "word001 fever ".repeat(143_000);
  const { status, body } = await served.ask("api/predict", { notes: [{ text: long }], words: 0 });
  assert.equal(status, 200);
  const [{ tokens, read, warnings }] = body.predictions;
  assert.deepEqual([tokens, read], [286_000, 15]);
  assert.match(warnings[0], /note has 286000 tokens; the first 15 were read/);
});

Deno.test("what is longer than any note is refused before it is read", async () => {
  const { status, body } = await served.ask("api/notes", "x".repeat(32_000_001));
  assert.equal(status, 413);
  assert.match(body.error, /split it/);
});

Deno.test("a request that ends early is refused, and is no defect", async () => {
  for (const headers of [{}, { "content-length": "100" }]) {
    const body = ReadableStream.from((async function* () {
      yield new TextEncoder().encode(CANARY);
      throw new Error("the connection is closed");
    })());
    const url = `${served.base}api/predict`;
    const said = await heard(async () => {
      const { status } = await served.answer(new Request(url, { method: "POST", body, headers }));
      assert.equal(status, 400);
    });
    assert.equal(said, "");
  }
});

Deno.test("of a thousand requests at once those that find a place are answered, the others told when", async () => {
  const before = tf.memory().numTensors;
  const asked = Array.from(
    { length: 1000 },
    (_, at) => served.ask("api/predict", { notes: [{ id: `${at}`, text }], words: 0 }),
  );
  const page = await served.ask("");
  assert.equal(page.status, 200, "the page stays alive");
  const answers = await Promise.all(asked);
  const done = answers.filter(({ status }) => status === 200);
  assert.deepEqual(
    done.map(({ body }) => body.predictions[0].id),
    Array.from({ length: 20 }, (_, at) => `${at}`),
  );
  const refused = answers.filter(({ status }) => status === 503);
  assert.equal(refused.length, 980);
  assert.ok(refused.every(({ headers }) => Number(headers.get("retry-after")) >= 1));
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("who leaves before the turn of a request has come leaves no line in the log", async () => {
  const logged = async () =>
    (await Deno.readTextFile(served.auditLog)).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
  const before = (await logged()).length;
  const client = new AbortController();
  const ask = (text: string, signal: AbortSignal | null) => {
    const body = JSON.stringify({ notes: [{ text }], words: 0 });
    const url = `${served.base}api/predict`;
    return served.answer(new Request(url, { method: "POST", body, signal }));
  };
  const asked = [ask("first", null), ask("left", client.signal), ask("next", null)];
  client.abort();
  await Promise.all(asked);
  const notes = (await logged()).slice(before).map(({ note }) => note);
  assert.deepEqual(notes, ["first", "next"].map((text) => sha256(text)));
});

Deno.test("a run that is deleted while it is served is gone, and the others answer", async () => {
  const request = { run: served.run("b"), notes: [{ text }] };
  assert.equal((await served.ask("api/predict", request)).status, 200);
  await Deno.remove(served.run("b"), { recursive: true });
  const { status, body } = await served.ask("api/predict", request);
  assert.equal(status, 410);
  assert.match(body.error, /^run .*b is no longer there$/);
  assert.equal((await served.ask("api/predict", { notes: [{ text }] })).status, 200);
  const { runs } = (await served.ask("api/runs")).body;
  assert.deepEqual(runs.map(({ run }: { run: string }) => run), [served.run("a")]);
});

Deno.test("a request whose host is none is answered in one line, and nothing is said of it", async () => {
  const said = await heard(async () => {
    const url = `http://127.0.0.1:80:90/${served.token}/api/search?q=${CANARY}`;
    const response = await served.answer({ url, method: "GET" } as Request);
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), {
      error: "the request's address is none; see its Host",
    });
  });
  assert.equal(said, "");
});

Deno.test("fault 83: what a query has that nothing reads is refused", async () => {
  for (const path of ["api/search?q=a&limit=3", "api/decisions?note=0&since=1"]) {
    const { status, body } = await served.ask(path);
    assert.equal(status, 400, path);
    assert.match(body.error, /^reading the query: /);
  }
});
