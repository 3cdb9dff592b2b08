import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { DIMENSIONS } from "../../../pipeline/prepare/options.ts";
import { compileWord2vec } from "../../../tasks/launch/compile_word2vec.ts";
import { ensureWord2vec, word2vecPath } from "../../../tasks/launch/word2vec.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("the program's name tells the length of its vectors, its source and the processor", async () => {
  const path = await word2vecPath();
  assert.match(basename(path), new RegExp(`^word2vec-${DIMENSIONS}-[0-9a-f]{16}-[0-9a-f]{8}$`));
});

Deno.test("it is compiled once, and appears whole", async () => {
  await using directory = await temporary();
  const cache = join(directory.path, "cache");
  const path = join(cache, "word2vec");
  await compileWord2vec(path);
  const { stdout } = await new Deno.Command(path).output();
  assert.match(new TextDecoder().decode(stdout), /^WORD VECTOR estimation toolkit/);
  const names = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
  assert.deepEqual(names.sort(), ["lock", "word2vec"]);
  const { mtime } = await Deno.stat(path);
  assert.equal(await ensureWord2vec(path), true);
  assert.deepEqual((await Deno.stat(path)).mtime, mtime);
});
