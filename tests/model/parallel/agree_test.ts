import assert from "node:assert/strict";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { requireAgreement } from "../../../model/parallel/agree.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";

const facts = { dataset: "a", configuration: "b", engine: "c" };

/** What each of three ranks finds, where the second goes by these facts. */
function agree(second: typeof facts): Promise<PromiseSettledResult<void>[]> {
  const all = [facts, second, facts];
  return Promise.allSettled(fakeRanks(3).map((rank, at) => requireAgreement(rank, all[at]!)));
}

Deno.test("ranks that go by the same agree", async () => {
  const found = await agree({ ...facts });
  assert.deepEqual(found.map(({ status }) => status), ["fulfilled", "fulfilled", "fulfilled"]);
});

Deno.test("all ranks refuse another one's dataset or configuration, and name it", async () => {
  for (const fact of Object.keys(facts)) {
    for (const found of await agree({ ...facts, [fact]: "other" })) {
      assert.ok(found.status === "rejected" && found.reason instanceof IntegrityError);
      assert.match(found.reason.message, new RegExp(`rank 1 and rank 0 .* same ${fact};`));
    }
  }
});
