import assert from "node:assert/strict";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { Session, type SessionOptions } from "../../../tasks/bench/session.ts";

async function withSession(
  options: Partial<SessionOptions>,
  test: (session: Session, said: () => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  let said = "";
  const session = new Session({
    request: {
      ...{ runs: 1, budget: 1, folder, rows: 100, matrix: { documents: 30, labels: 20 } },
      workload: {
        ...{ documents: 1, tokens: 5, mixed: false, hidden: 4 },
        labels: { icd: 3, ccs: 2 },
      },
    },
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

const metrics = { name: "metrics", ours: "metrics", theirs: "metrics" } as const;

Deno.test("a peer that cannot be started is asked once, and ours is measured all the same", async () => {
  await withSession({ python: "/nowhere/python" }, async (session, said) => {
    const { ours, theirs } = await session.pair(metrics);
    assert.equal(ours.length, 2);
    assert.equal(theirs.length, 0);
    assert.equal(session.failures.length, 1);
    assert.match(session.failures[0]!.message, /^running section metrics of the peer: \/nowhere/);
    assert.equal(said().match(/metrics, Python/g)?.length, 1);
    assert.match(said(), /measuring metrics, ours 2\/2… \d/);
  });
});

Deno.test("without a peer only ours runs", async () => {
  await withSession({ repeats: 1 }, async (session, said) => {
    const { ours, theirs } = await session.pair(metrics);
    assert.deepEqual([ours.length, theirs.length, session.failures.length], [1, 0, 0]);
    assert.ok(ours[0]!.seconds[0]! > 0 && ours[0]!.peak > 1e7);
    assert.ok(!said().includes("Python"));
  });
});

Deno.test("reported errors are kept, others and interrupts pass", async () => {
  await withSession({}, async (session) => {
    const failing = new IntegrityError("comparing: they differ");
    assert.equal(await session.attempt(() => Promise.reject(failing)), undefined);
    assert.deepEqual(session.failures, [failing]);
    await assert.rejects(session.attempt(() => Promise.reject(new TypeError("defect"))), TypeError);
  });
  await withSession({ interrupt: AbortSignal.abort("SIGINT") }, async (session) => {
    await assert.rejects(session.ours("metrics", "metrics"), (reason) => reason === "SIGINT");
  });
});
