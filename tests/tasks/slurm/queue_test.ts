import assert from "node:assert/strict";
import { formatQueue, parseQueue, readQueueLines } from "../../../tasks/slurm/queue.ts";

Deno.test("a queue is handed down as it was read", () => {
  const queue = readQueueLines("marn-b 1\nmarn-a 3\nmarn-b 7\n");
  assert.deepEqual([...queue], [["marn-b", [1, 7]], ["marn-a", [3]]]);
  assert.deepEqual(parseQueue(formatQueue(queue)), queue);
});

Deno.test("jobs of others and those that are no arrays are left out", () => {
  assert.equal(readQueueLines("bash 1\nmarn-a N/A\nmarn-a\n\n").size, 0);
});

Deno.test("an empty queue is handed down, too", () => {
  assert.equal(parseQueue(formatQueue(new Map())).size, 0);
});
