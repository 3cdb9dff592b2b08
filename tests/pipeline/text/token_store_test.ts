import assert from "node:assert/strict";
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { TokenStore } from "../../../pipeline/text/token_store.ts";
import type { TextDocument } from "../../../pipeline/text/token_thread.ts";
import { tokenize } from "../../../pipeline/text/tokens.ts";
import { buildVocabulary } from "../../../pipeline/text/vocabulary.ts";

async function inTemporary(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory);
    assert.deepEqual([...Deno.readDirSync(directory)], [], "temporary files are gone");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Some megabytes of made-up text: short and empty documents, a long one, some not ASCII. */
function makeDocuments(count: number): TextDocument[] {
  const random = createRandom(3, "texts");
  const word = () => `${"ABCdef_9"[random.below(8)]}${Math.floor(30 ** (random.uniform() * 2.5))}`;
  return Array.from({ length: count }, (_, at) => {
    const words = at === 5 ? 300_000 : random.below(4) === 0 ? 0 : random.below(900);
    const text = Array.from({ length: words }, word).join(" ");
    return { id: 10 * at, text: at % 7 === 0 ? `${text} café ${at}` : text };
  });
}

Deno.test("terms, tokens and lengths are those of the definition, with any threads", async () => {
  const documents = makeDocuments(150);
  const frequency = new Map<string, number>();
  for (const { text } of documents) {
    for (const token of new Set(tokenize(text))) {
      frequency.set(token, (frequency.get(token) ?? 0) + 1);
    }
  }
  const vocabulary = buildVocabulary(frequency, 3);
  assert.ok(vocabulary.length > 100 && vocabulary.length < frequency.size);
  const index = new Map(vocabulary.map((token, id) => [token, id]));
  for (const threads of [1, 3]) {
    await inTemporary(async (directory) => {
      using store = new TokenStore({ directory, threads });
      for (let at = 0; at < documents.length; at += 20) {
        await store.add(documents.slice(at, at + 20));
      }
      const texts = await store.finish();
      assert.deepEqual(texts.terms.toSorted(), [...frequency.keys()].sort());
      const encoded = texts.encode(vocabulary);
      for (const { id, text } of documents) {
        const tokens = tokenize(text);
        assert.equal(texts.length(id), tokens.length);
        assert.deepEqual(
          encoded.tokens(id),
          Int32Array.from(tokens, (token) => index.get(token) ?? 1),
        );
      }
      assert.throws(() => encoded.tokens(7), RangeError);
    });
  }
});

Deno.test("a store without documents has no terms", () =>
  inTemporary(async (directory) => {
    using store = new TokenStore({ directory, threads: 2 });
    assert.deepEqual((await store.finish()).terms, []);
  }));

Deno.test("a document added twice is a defect", () =>
  inTemporary(async (directory) => {
    using store = new TokenStore({ directory, threads: 1 });
    const document = { id: 1, text: "a" };
    await store.add([document, document]);
    await assert.rejects(store.finish(), RangeError);
  }));

Deno.test("tokens that cannot be stored are a resource error without any text", () =>
  inTemporary(async (directory) => {
    using store = new TokenStore({ directory, threads: 1 });
    const path = join(directory, "tokens-0.i32");
    await Deno.remove(path);
    await Deno.mkdir(path);
    await store.add([{ id: 1, text: "canary" }]);
    await assert.rejects(store.finish(), (error: Error) => {
      assert.ok(error instanceof ResourceError);
      assert.match(error.message, /tokens-0\.i32: a folder lies there; expected a file/);
      assert.ok(!error.message.includes("canary"));
      return true;
    });
    await Deno.remove(path);
  }));

Deno.test("a folder in which no file can be made is a resource error", () => {
  assert.throws(() => new TokenStore({ directory: "/nonexistent", threads: 2 }), ResourceError);
});

const unnamed = { ignore: Deno.build.os === "windows" };
Deno.test(
  "fault 30: tokens lie in files without a name, gone however the process ends",
  unnamed,
  () =>
    inTemporary(async (directory) => {
      using store = new TokenStore({ directory, threads: 2 });
      const documents = makeDocuments(10);
      await store.add(documents);
      const texts = await store.finish();
      assert.deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
      assert.ok(texts.encode([]).tokens(documents[0]!.id).length > 0);
    }),
);
