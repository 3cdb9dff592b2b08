import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { Heard } from "../_support/processes.ts";
import { runTask, startTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";

const ignore = Deno.build.os === "windows";
const names = async (directory: string) =>
  (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort();

const directory = await temporary();
Deno.test.afterAll(async () => await directory[Symbol.asyncDispose]());
const mimic = join(directory.path, "mimic");
const out = join(directory.path, "data");
const args = ["--mimic", mimic, "--ccs", mimic, "--out", out, "--threads", "1"];
// Word vectors of so many words take seconds.
await writeFixture({ directory: mimic, admissions: 400, codes: 100, seed: 3, length: 1 });

/** The signals, each in another stage: the one that follows what is said. */
const moments = [
  ["SIGTERM", 143, "codes: "],
  ["SIGINT", 130, "vocabulary: "],
] as const;

for (const [signal, code, moment] of moments) {
  Deno.test(
    `fault 30: ${signal} after "${moment.trim()}" ends prepare with ${code} and leaves nothing`,
    { ignore },
    async () => {
      const child = startTask("prepare", args);
      const stderr = new Heard(child.stderr);
      await stderr.until(moment);
      child.kill(signal);
      assert.equal((await child.status).code, code, await stderr.end());
      assert.match(await stderr.end(), /^stopped; nothing was kept, and what lay there stands$/m);
      assert.equal(await new Heard(child.stdout).end(), "");
      assert.deepEqual(await names(directory.path), ["mimic"]);
    },
  );
}

Deno.test("fault 30: a second signal ends prepare at once, and no note's token has a name", {
  ignore,
}, async () => {
  const child = startTask("prepare", args);
  const stderr = new Heard(child.stderr);
  await stderr.until("vocabulary: ");
  child.kill("SIGINT");
  child.kill("SIGTERM");
  assert.ok([130, 143].includes((await child.status).code), await stderr.end());
  await child.stdout.cancel();
  const scratch = join(directory.path, ".data.making", "scratch");
  const left = await names(scratch).catch(() => []);
  assert.deepEqual(left.filter((name) => name.startsWith("tokens")), []);
});

Deno.test(
  "fault 30: interrupted, prepare leaves the old dataset as it was",
  { ignore },
  async () => {
    const few = [...args, "--min-documents", "2"];
    assert.equal((await runTask("prepare", few)).code, 0);
    const manifest = join(out, "top50", "manifest.json");
    const before = await Deno.readTextFile(manifest);
    const child = startTask("prepare", [...args, "--force"]);
    const stderr = new Heard(child.stderr);
    await stderr.until("word vectors: ");
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 143, await stderr.end());
    await child.stdout.cancel();
    assert.equal(await Deno.readTextFile(manifest), before);
    assert.deepEqual(await names(directory.path), ["data", "mimic"]);
  },
);
