import assert from "node:assert/strict";
import { readCheckpoint } from "../../../model/run/checkpoint.ts";
import { IntegrityError, NumericError } from "../../../pipeline/errors.ts";
import { onOneEngine } from "../../_support/engines.ts";
import { Workshop } from "../../_support/workshop.ts";

onOneEngine(
  "fault 42: weights that are not finite are not kept, and what stands is said",
  async () => {
    using shop = await Workshop.open();
    const changes = { "optimizer.learningRate": 1e38, "optimizer.clipNorm": 0 };
    await assert.rejects(shop.train({ changes }), (error: Error) => {
      assert.ok(error instanceof NumericError, String(error));
      assert.match(error.message, /lower optimizer\.learningRate; read and whole: last \(step 0\)/);
      return true;
    });
    for (const { name } of Deno.readDirSync(shop.run)) {
      if (!name.endsWith(".safetensors")) continue;
      const { tensors } = await readCheckpoint(`${shop.run}/${name}`);
      for (const { data } of tensors.values()) {
        assert.ok((data as Float32Array).every(Number.isFinite), name);
      }
    }
  },
);

onOneEngine("fault 42: of no checkpoint is said that it stands where none does", async () => {
  using shop = await Workshop.open();
  const changes = { "optimizer.learningRate": 1e38, "optimizer.clipNorm": 0 };
  const spoil = { onStep: () => void Deno.truncateSync(shop.path("last"), 500) };
  await assert.rejects(
    shop.train({ changes, observers: [spoil] }),
    /no checkpoint was read whole; last: .*; previous: it does not exist/,
  );
});

onOneEngine("fault 80: a dataset that was changed while it is trained on ends it", async () => {
  using shop = await Workshop.open();
  const shard = `${shop.data}/shards/dev-00000.safetensors`;
  const touch = { onStep: () => Deno.writeFileSync(shard, Deno.readFileSync(shard)) };
  await assert.rejects(shop.train({ observers: [touch] }), {
    name: IntegrityError.name,
    message: /dev-00000\.safetensors: it was changed or replaced since it was checked;/,
  });
});
