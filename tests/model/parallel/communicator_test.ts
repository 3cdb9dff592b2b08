import assert from "node:assert/strict";
import { alone, anyRank, shareText } from "../../../model/parallel/communicator.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";

Deno.test("alone, what is exchanged is what is brought", async () => {
  const values = Float32Array.of(1, 2);
  await alone.sum(values).done();
  const bytes = Uint8Array.of(3);
  await alone.broadcast(bytes).done();
  assert.deepEqual([[...values], [...bytes]], [[1, 2], [3]]);
  assert.deepEqual(alone.gather(bytes).wait(), [bytes]);
});

Deno.test("what one rank says, all hear", async () => {
  for (const said of [[false, false, false], [false, false, true]]) {
    const heard = await Promise.all(fakeRanks(3).map((rank, at) => anyRank(rank, said[at]!)));
    assert.deepEqual(heard, said.map(() => said.includes(true)));
  }
  assert.deepEqual(await Promise.all([anyRank(alone, true), anyRank(alone, false)]), [true, false]);
});

Deno.test("all ranks have the first one's text, however long their own is", async () => {
  const texts = ["Größe", "", "something longer than that"];
  const shared = await Promise.all(fakeRanks(3).map((rank, at) => shareText(rank, texts[at]!)));
  assert.deepEqual(shared, ["Größe", "Größe", "Größe"]);
});
