import assert from "node:assert/strict";
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { findWord2vec, packageFolder, tuneSource } from "../../../pipeline/word2vec/program.ts";

async function inTemporary(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const source = await Deno.readTextFile(join(packageFolder(), "word2vec.c"));

async function execute(program: string, args: string[], cwd: string): Promise<void> {
  const { success } = await new Deno.Command(program, { args, cwd, stdout: "null" }).output();
  assert.ok(success, program);
}

Deno.test("the edits change no bit of what is computed", () =>
  inTemporary(async (directory) => {
    const random = createRandom(1, "corpus");
    const words = Array.from(
      { length: 30_000 },
      (_, at) => `w${Math.floor(200 * random.uniform() ** 3)}${at % 50 === 49 ? "\n" : " "}`,
    );
    await Deno.writeTextFile(join(directory, "corpus"), words.join("") + "\n");
    // Both with one size of table, and with floating-point rules that leave no freedom.
    const sources = {
      original: source.replace("table_size = 1e8", "table_size = 1e6"),
      edited: tuneSource(source, 100).replace("table_size = 1e7", "table_size = 1e6"),
    };
    const outputs: Uint8Array[] = [];
    for (const [name, text] of Object.entries(sources)) {
      await Deno.writeTextFile(join(directory, `${name}.c`), text);
      const flags = ["-O2", "-ffp-contract=off", "-pthread", "-w"];
      await execute("cc", [...flags, `${name}.c`, "-o", name, "-lm"], directory);
      const options = "-size 100 -iter 2 -threads 1 -min-count 1 -binary 1 -debug 0".split(" ");
      await execute(
        join(directory, name),
        ["-train", "corpus", "-output", `${name}.bin`, ...options],
        directory,
      );
      outputs.push(await Deno.readFile(join(directory, `${name}.bin`)));
    }
    assert.ok(outputs[0]!.length > 150 * 400);
    assert.deepEqual(outputs[0], outputs[1]);
  }));

Deno.test("source that the edits were not made for is not edited", () => {
  assert.throws(() => tuneSource(source.replace("table_size = 1e8;", ""), 100), /word2vec/);
});

Deno.test("without a compiler the package's own program is taken, if it has one", () =>
  inTemporary(async (directory) => {
    const folder = join(directory, "package");
    const scratch = join(directory, "scratch");
    await Deno.mkdir(folder);
    await Deno.mkdir(scratch);
    await Deno.writeTextFile(join(folder, "word2vec.c"), source);
    const origin = { folder, compiler: join(directory, "no-compiler") };
    await assert.rejects(findWord2vec(scratch, 100, origin), (error: Error) => {
      assert.ok(error instanceof ResourceError);
      assert.match(error.message, /build-essential.*run the same command again$/);
      return true;
    });
    await Deno.writeTextFile(join(folder, "word2vec"), "#!/bin/sh\n", { mode: 0o755 });
    assert.equal(await findWord2vec(scratch, 100, origin), join(folder, "word2vec"));
    assert.equal(
      await findWord2vec(scratch, 100, { ...origin, compiler: "cc" }),
      join(scratch, "word2vec"),
    );
  }));
