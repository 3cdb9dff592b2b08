import assert from "node:assert/strict";
import { join } from "node:path";
import { tf } from "../../../model/engine/tf.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { RunShelf } from "../../../tasks/serve/shelf.ts";
import { copyFolder } from "../../_support/copy_folder.ts";
import { temporary } from "../../_support/tiny.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const trained = await TrainedRun.create();
Deno.test.afterAll(async () => await trained[Symbol.asyncDispose]());

/** A shelf of copies of a run; `use` gets it and the folder. */
async function withShelf(
  names: readonly string[],
  use: (shelf: RunShelf, at: (name: string) => string) => Promise<void>,
): Promise<void> {
  await using folder = await temporary();
  const at = (name: string) => join(folder.path, name);
  for (const name of names) copyFolder(trained.run, at(name));
  const before = tf.memory().numTensors;
  const shelf = await RunShelf.open([folder.path]);
  await use(shelf, at);
  shelf.dispose();
  assert.equal(tf.memory().numTensors, before, "models stay");
}

/** The status of a refusal. */
const statusOf = (work: Promise<unknown>) =>
  work.then(() => 200, (error: { status?: number }) => error.status);

Deno.test("a run is opened once, and again when its weights are others", async () => {
  await withShelf(["a"], async (shelf, at) => {
    const first = await shelf.load(at("a"));
    assert.equal((await shelf.load(at("a"))).restored, first.restored);
    await Deno.copyFile(at("a/best.safetensors"), at("a/new"));
    await Deno.rename(at("a/new"), at("a/best.safetensors"));
    const second = await shelf.load(at("a"));
    assert.notEqual(second.restored, first.restored);
    assert.equal(second.restored.sha256, first.restored.sha256);
  });
});

Deno.test("a few models are kept in memory, those that were used last", async () => {
  const names = ["a", "b", "c", "d", "e"];
  await withShelf(names, async (shelf, at) => {
    const start = tf.memory().numTensors;
    const a = await shelf.load(at("a"));
    const each = tf.memory().numTensors - start;
    for (const name of names) await shelf.load(at(name));
    assert.equal(tf.memory().numTensors - start, 4 * each);
    assert.notEqual((await shelf.load(at("a"))).restored, a.restored, "it was let go of");
  });
});

Deno.test("runs that come are found, and those that go are said to be gone", async () => {
  await withShelf(["a", "b"], async (shelf, at) => {
    copyFolder(trained.run, at("c"));
    assert.equal((await shelf.open(at("c"))).directory, at("c"));
    await Deno.remove(at("b"), { recursive: true });
    assert.deepEqual((await shelf.list()).map(({ run }) => run), [at("a"), at("c")]);
    assert.equal(await statusOf(shelf.open(at("b"))), 410);
    assert.equal(await statusOf(shelf.open(at("nowhere"))), 404);
    assert.equal((await shelf.open()).directory, at("a"));
  });
});

Deno.test("a damaged run is listed with what is wrong, and a run without weights, too", async () => {
  await withShelf(["a", "b", "c"], async (shelf, at) => {
    await Deno.writeTextFile(at("b/config.json"), '{"format": "marn-run"}');
    await Deno.remove(at("c/best.safetensors"));
    const problems = (await shelf.list()).map(({ problem }) => problem);
    assert.equal(problems[0], null);
    assert.match(problems[1]!, /^reading .*config\.json: /);
    assert.equal(problems[2], "it has no trained weights yet");
  });
});

Deno.test("a folder without a run that can be used is refused", async () => {
  await using folder = await temporary();
  await assert.rejects(RunShelf.open([folder.path]), UsageError);
  await assert.rejects(RunShelf.open([join(folder.path, "nowhere")]), UsageError);
});
