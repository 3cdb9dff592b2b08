import assert from "node:assert/strict";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { BenchSession, type SessionOptions } from "../../../tasks/bench/session.ts";
import { tinyRequest, writeWork } from "../../_support/fake_work.ts";

async function withSession(
  options: Partial<SessionOptions>,
  test: (session: BenchSession, said: () => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  let said = "";
  const session = new BenchSession({
    request: tinyRequest(folder),
    repeats: 2,
    quick: true,
    python: undefined,
    interrupt: new AbortController().signal,
    write: (text) => said += text,
    ...options,
  });
  try {
    await test(session, () => said);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Both sides of work that takes 2 s by its own account; Deno stands for the peer's Python. */
async function workOf({ request: { folder } }: BenchSession) {
  const code = 'console.log(JSON.stringify({ seconds: [2], peak: 3e9, more: "found" }))';
  const ours = await writeWork(folder, "count", code);
  return { name: "counting", ours, theirs: { name: "count", script: ours.script } };
}

Deno.test("a peer that cannot be started is asked once, and ours is measured all the same", async () => {
  await withSession({ python: "/nowhere/python" }, async (session, said) => {
    const { ours, theirs } = await session.pair(await workOf(session));
    assert.deepEqual([ours.length, theirs.length, session.failures.length], [2, 0, 1]);
    const { message } = session.failures[0]!;
    assert.match(message, /^running section count of the peer: \/nowhere/);
    assert.equal(
      said().replaceAll(/\d+ s in all/g, "0 s in all"),
      "measuring counting, ours 1/2… 2.00 s, 3.00 GB (0 s in all)\n" +
        `measuring counting, Python 1/2… failed\nerror: ${message}\n` +
        "measuring counting, ours 2/2… 2.00 s, 3.00 GB (0 s in all)\n",
    );
  });
});

Deno.test("without a peer only ours runs", async () => {
  await withSession({}, async (session, said) => {
    const { ours, theirs } = await session.pair(await workOf(session));
    assert.deepEqual(ours, Array(2).fill({ seconds: [2], peak: 3e9, more: "found" }));
    assert.deepEqual([theirs, session.failures], [[], []]);
    assert.ok(!said().includes("Python"));
  });
});

Deno.test("what a peer chose the first time, it is told the next", async () => {
  // A shell stands for Python: it answers with the request that it was told as its choice.
  const shell = await Deno.makeTempFile();
  const answer = `printf '{"seconds":[1],"peak":1,"more":{"by":"shell","choice":%s}}\\n' "$3"`;
  await Deno.writeTextFile(shell, `#!/bin/sh\n${answer}\n`, { mode: 0o700 });
  await Deno.chmod(shell, 0o700);
  await withSession({ python: shell }, async (session) => {
    const { theirs: [first, second] } = await session.pair(await workOf(session));
    assert.deepEqual(first!.more.choice, session.request);
    assert.deepEqual(second!.more.choice, { ...session.request, choice: session.request });
  });
  await Deno.remove(shell);
});

Deno.test("reported errors are kept, others pass", async () => {
  await withSession({}, async (session) => {
    const failing = new IntegrityError("comparing: they differ");
    assert.equal(await session.attempt(() => Promise.reject(failing)), undefined);
    assert.deepEqual(session.failures, [failing]);
    await assert.rejects(session.attempt(() => Promise.reject(new TypeError("defect"))), TypeError);
  });
});

Deno.test("an interrupt ends a session before its next process", async () => {
  await withSession({ interrupt: AbortSignal.abort("SIGINT") }, async (session, said) => {
    const { ours } = await workOf(session);
    await assert.rejects(session.ours("counting", ours), (reason) => reason === "SIGINT");
    assert.equal(said(), "");
  });
});

Deno.test("counts that differ are kept as an error, equal ones are not", async () => {
  await withSession({}, (session) => {
    session.expectSame("words", 7, 7);
    assert.deepEqual(session.failures, []);
    session.expectSame("words", 7, 8);
    assert.deepEqual(session.failures.map(({ message, exitCode }) => ({ message, exitCode })), [
      { message: "counting words: ours 7, Python's 8; expected the same", exitCode: 4 },
    ]);
    return Promise.resolve();
  });
});
