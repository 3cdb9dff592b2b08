import assert from "node:assert/strict";
import { readCheckpointFacts } from "../../../model/run/checkpoint.ts";
import type { OtherRanksEvent, TrainObserver } from "../../../model/train/observer.ts";
import type { Outcome } from "../../../model/train/trainer.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { onOneEngine } from "../../_support/engines.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";
import { stopAfter, Workshop, type WorkshopRequest } from "../../_support/workshop.ts";

/** Trains in one directory on ranks, each asked for what is its own. */
function trainOn(
  shop: Workshop,
  size: number,
  own: (rank: number) => WorkshopRequest = () => ({}),
): Promise<PromiseSettledResult<Outcome>[]> {
  return Promise.allSettled(
    fakeRanks(size).map((ranks, rank) =>
      shop.train({ parallel: { ranks, syncBatchNorm: false }, ...own(rank) })
    ),
  );
}

/** The errors of ranks that have all failed. */
function errorsOf(found: readonly PromiseSettledResult<Outcome>[]): Error[] {
  return found.map((one) => {
    assert.equal(one.status, "rejected");
    return (one as PromiseRejectedResult).reason;
  });
}

onOneEngine("ranks train one run, which the first one writes", async () => {
  using shop = await Workshop.open();
  const found = await trainOn(shop, 3);
  assert.ok(found.every((one) => one.status === "fulfilled" && one.value.finished));
  const log = Deno.readTextFileSync(`${shop.run}/log.jsonl`).trim().split("\n");
  const steps = log.map((line) => JSON.parse(line)).filter(({ event }) => event === "step");
  assert.deepEqual(steps.map(({ step }) => step), [1, 2, 3, 4, 5, 6]);
  assert.equal((await readCheckpointFacts(shop.path("last"))).metadata.ranks, "3 ranks");
});

onOneEngine("stopped and resumed on as many ranks, a run leaves the same bytes", async () => {
  using whole = await Workshop.open();
  await trainOn(whole, 2);
  using shop = await Workshop.open();
  await trainOn(shop, 2, (rank) => rank === 1 ? stopAfter(4) : {});
  assert.notDeepEqual(shop.bytes("last"), whole.bytes("last"));
  await trainOn(shop, 2, () => ({ resume: "last" }));
  for (const which of ["best", "last"] as const) {
    assert.deepEqual(shop.bytes(which), whole.bytes(which), which);
  }
});

onOneEngine("a run that goes on with other ranks says so", async () => {
  using shop = await Workshop.open();
  const heard: OtherRanksEvent[] = [];
  const observers: TrainObserver[] = [{ onOtherRanks: (event) => void heard.push(event) }];
  await shop.train({ ...stopAfter(1) });
  await trainOn(shop, 2, (rank) => ({ resume: "last", ...rank === 0 ? stopAfter(3) : {} }));
  await trainOn(shop, 3, () => ({ resume: "last", observers }));
  assert.deepEqual(heard, [{ before: "2 ranks", now: "3 ranks" }]);
});

onOneEngine("ranks of two configurations are refused by all", async () => {
  using shop = await Workshop.open();
  const found = await trainOn(shop, 2, (rank) => rank === 1 ? { changes: { epochs: 3 } } : {});
  for (const error of errorsOf(found)) {
    assert.ok(error instanceof IntegrityError);
    assert.match(error.message, /rank 1 and rank 0 have not the same configuration/);
  }
});

onOneEngine("ranks of two folders, or first weights, are refused by all", async () => {
  using shop = await Workshop.open();
  for (
    const [other, what] of [
      [{ directory: shop.path("best") }, "--out"],
      [{ init: "weights.safetensors" }, "--init"],
    ] as const
  ) {
    const found = await trainOn(shop, 2, (rank) => rank === 1 ? other : {});
    for (const error of errorsOf(found)) {
      assert.ok(error instanceof IntegrityError);
      assert.ok(
        error.message.includes(`rank 1 and rank 0 have not the same ${what};`),
        error.message,
      );
    }
  }
});

onOneEngine("more ranks than a batch has documents are refused by all", async () => {
  using shop = await Workshop.open();
  for (const error of errorsOf(await trainOn(shop, 5))) {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^training on 5 ranks in batches of 4 documents: /);
  }
});
