import assert from "node:assert/strict";
import { planModelPasses } from "../../../model/passes.ts";
import { planEpoch } from "../../../model/train/plan.ts";
import { toyConfig, toyDocuments } from "../../_support/toy.ts";

const documents = toyDocuments(30, 4);
const config = toyConfig({ microTokens: 20, batchSize: 7 });

const ranksOf = (size: number) => Array.from({ length: size }, (_, rank) => ({ rank, size }));

Deno.test("one rank has the passes of one process", () => {
  const plan = planEpoch({}, documents, config, 2);
  assert.deepEqual(plan.map(({ passes }) => passes), planModelPasses({}, documents, config, 2));
  assert.ok(plan.every(({ idle }) => idle.size === 0));
});

Deno.test("ranks share every batch of one process, and have as many passes each", () => {
  const whole = planEpoch({}, documents, config, 0);
  const plans = ranksOf(3).map((ranks) => planEpoch({}, documents, config, 0, ranks));
  for (const [at, batch] of whole.entries()) {
    const own = plans.map((plan) => plan[at]!);
    const rows = own.flatMap(({ passes, idle }) => passes.filter((_, pass) => !idle.has(pass)));
    const sorted = (all: readonly Int32Array[]) =>
      all.flatMap((it) => [...it]).sort((a, b) => a - b);
    assert.deepEqual(sorted(rows), sorted(batch.passes));
    assert.equal(new Set(own.map(({ passes }) => passes.length)).size, 1);
    for (const { documents, tokens } of own) {
      assert.deepEqual([documents, tokens], [batch.documents, batch.tokens]);
    }
  }
});

Deno.test("a rank's passes are about as large as one process's", () => {
  for (const { passes } of planEpoch({}, documents, config, 0, { rank: 0, size: 3 })) {
    for (const rows of passes) {
      const longest = Math.max(...rows.map((row) => documents.lengths[row]!));
      assert.ok(rows.length * Math.min(12, longest) <= 2 * 20, `${rows}`);
    }
  }
});

Deno.test("where a pass has no document for a rank, the shortest stands in and is idle", () => {
  const few = toyDocuments(2, 1);
  const [batch] = planEpoch({}, few, config, 0, { rank: 3, size: 4 });
  const shortest = few.lengths[0]! <= few.lengths[1]! ? 0 : 1;
  assert.deepEqual(batch!.passes.map((rows) => [...rows]), batch!.passes.map(() => [shortest]));
  assert.deepEqual([...batch!.idle], [...batch!.passes.keys()]);
});
