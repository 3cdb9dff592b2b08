import assert from "node:assert/strict";
import { createTurns, RequestQueue } from "../../../tasks/serve/queue.ts";
import { RequestRefusal } from "../../../tasks/serve/refusal.ts";

/** The signal of a client that waits for its answer. */
const { signal: waits } = new AbortController();

Deno.test("turns come in the order in which they were asked for, one at a time", async () => {
  const turn = createTurns();
  const seen: string[] = [];
  const work = (name: string, milliseconds: number) =>
    turn(async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      seen.push(`${name} ends`);
    });
  await Promise.all([work("a", 5), work("b", 0)]);
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends"]);
});

Deno.test("work that fails ends its own turn alone", async () => {
  const turn = createTurns();
  await assert.rejects(turn(() => Promise.reject(new Error("lost"))), /lost/);
  assert.equal(await turn(() => Promise.resolve(7)), 7);
});

Deno.test("who finds no place is refused with 503, at once, and told when to come again", async () => {
  const queue = new RequestQueue(2);
  const { promise, resolve } = Promise.withResolvers<void>();
  const waiting = [1, 2].map((n) =>
    queue.within((turn) => turn(() => promise.then(() => n)), waits)
  );
  const refusal = await queue.within(() => Promise.resolve(), waits).catch((error) => error);
  assert.ok(refusal instanceof RequestRefusal);
  assert.deepEqual([refusal.status, refusal.retryAfter! >= 1], [503, true]);
  resolve();
  assert.deepEqual(await Promise.all(waiting), [1, 2]);
  assert.equal(
    await queue.within(() => Promise.resolve("a place is free again"), waits),
    "a place is free again",
  );
});

Deno.test("work that has not begun when its client leaves is dropped, and the next one's is done", async () => {
  const queue = new RequestQueue(3);
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = new AbortController();
  const done: string[] = [];
  const ask = (name: string, gone: AbortSignal) =>
    queue.within((turn) => turn(() => promise.then(() => done.push(name))), gone);
  const [first, left, next] = [ask("first", waits), ask("left", client.signal), ask("next", waits)];
  client.abort();
  resolve();
  await assert.rejects(left, RequestRefusal);
  await Promise.all([first, next]);
  assert.deepEqual(done, ["first", "next"]);
});
