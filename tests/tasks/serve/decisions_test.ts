import assert from "node:assert/strict";
import { join } from "node:path";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { DecisionBook, type KeptDecision } from "../../../tasks/serve/decisions.ts";
import { temporary } from "../../_support/tiny.ts";

const note = "a".repeat(64);
const decided = (
  code: string,
  decision: KeptDecision["decision"],
  reason?: string,
): KeptDecision => ({
  time: "2026-01-31T09:00:00.000Z",
  note,
  id: "17",
  code,
  decision,
  reason,
  task: "icd",
  run: "runs/a",
  weights: "b".repeat(64),
});

/** A file of decisions in a folder of its own; `use` gets its path. */
async function withPath(use: (path: string) => Promise<void>): Promise<void> {
  await using folder = await temporary();
  await use(join(folder.path, "decisions.jsonl"));
}

const told = (book: DecisionBook) =>
  book.of(note).map(({ code, decision, reason }) => [code, decision, reason]);

Deno.test("decisions are kept, a line each, and the latest of each code is told", async () => {
  await withPath(async (path) => {
    {
      using book = await DecisionBook.open(path);
      book.append(decided("428.0", "accept"));
      book.append(decided("401.9", "add", "known for years"));
      book.append(decided("428.0", "reject", "history"));
      assert.deepEqual(book.of("c".repeat(64)), []);
    }
    using again = await DecisionBook.open(path);
    assert.deepEqual(told(again), [["428.0", "reject", "history"], [
      "401.9",
      "add",
      "known for years",
    ]]);
    const lines = (await Deno.readTextFile(path)).split("\n");
    assert.equal(lines.length, 4);
    assert.deepEqual(JSON.parse(lines[0]!), JSON.parse(JSON.stringify(decided("428.0", "accept"))));
  });
});

Deno.test("a file of decisions is its owner's alone", async () => {
  await withPath(async (path) => {
    using _book = await DecisionBook.open(path);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("half a line that a killed process left is cut off, and what is whole stays", async () => {
  await withPath(async (path) => {
    {
      using book = await DecisionBook.open(path);
      book.append(decided("428.0", "accept"));
    }
    const whole = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, whole + whole.slice(0, 40));
    using book = await DecisionBook.open(path);
    assert.deepEqual(told(book), [["428.0", "accept", undefined]]);
    assert.equal(await Deno.readTextFile(path), whole);
  });
});

Deno.test("somebody else's file is refused, and stays as it was", async () => {
  for (const text of ["precious\n", "precious", '{"note": "zyxcanary and more"}\n']) {
    await withPath(async (path) => {
      await Deno.writeTextFile(path, text);
      await assert.rejects(
        DecisionBook.open(path),
        (error) => error instanceof IntegrityError && !/zyx/.test(error.message),
      );
      assert.equal(await Deno.readTextFile(path), text);
    });
  }
  await withPath(async (path) => {
    await Deno.mkdir(path);
    await assert.rejects(DecisionBook.open(path), UsageError);
  });
});

Deno.test("two servers do not write into one file", async () => {
  await withPath(async (path) => {
    using _book = await DecisionBook.open(path);
    await assert.rejects(DecisionBook.open(path), /another process writes to it; wait for it/);
  });
});

Deno.test("a file of decisions that was removed takes none, and says so", async () => {
  await withPath(async (path) => {
    using book = await DecisionBook.open(path);
    book.append(decided("428.0", "accept"));
    await Deno.remove(path);
    assert.throws(() => book.append(decided("401.9", "accept")), {
      name: "ResourceError",
      message: /decisions\.jsonl: it was removed meanwhile; /,
    });
    assert.deepEqual(told(book), [["428.0", "accept", undefined]]);
  });
});
