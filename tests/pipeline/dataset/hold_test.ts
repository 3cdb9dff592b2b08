import assert from "node:assert/strict";
import { join } from "node:path";
import { holdDataset, reserveDatasets } from "../../../pipeline/dataset/hold.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { IntegrityError, LockedError } from "../../../pipeline/errors.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A folder with the datasets `full` and `top50`, the first opened. */
async function twoDatasets() {
  const folder = await temporary();
  for (const name of ["full", "top50"]) await writeTinyDataset(join(folder.path, name));
  return { ...folder, full: await openDataset(join(folder.path, "full")) };
}

Deno.test("many may read a dataset", async () => {
  await using datasets = await twoDatasets();
  using _one = await holdDataset(datasets.full);
  using _other = await holdDataset(datasets.full);
});

Deno.test("fault 80: a dataset that is read is not to be replaced, then it is", async () => {
  await using datasets = await twoDatasets();
  {
    using _split = await readSplit(datasets.full, "dev");
    await assert.rejects(reserveDatasets(datasets.path), {
      name: LockedError.name,
      message: /^replacing .*full: another process is training or evaluating on it; wait for it/,
    });
  }
  (await reserveDatasets(datasets.path))[Symbol.dispose]();
});

Deno.test("fault 80: a dataset that is being replaced is not to be read, then it is", async () => {
  await using datasets = await twoDatasets();
  {
    using _reserved = await reserveDatasets(datasets.path);
    await assert.rejects(readSplit(datasets.full, "dev"), LockedError);
  }
  (await readSplit(datasets.full, "dev"))[Symbol.dispose]();
});

Deno.test("fault 80: what was reserved before another was found in use is given back", async () => {
  await using datasets = await twoDatasets();
  const top = await openDataset(join(datasets.path, "top50"));
  for (const dataset of [datasets.full, top]) {
    using _held = await holdDataset(dataset);
    await assert.rejects(reserveDatasets(datasets.path), LockedError);
  }
  (await reserveDatasets(datasets.path))[Symbol.dispose]();
});

Deno.test("fault 80: a dataset that was replaced since it was opened is refused", async () => {
  await using datasets = await twoDatasets();
  await Deno.remove(datasets.full.directory, { recursive: true });
  await writeTinyDataset(datasets.full.directory, { seed: 9 });
  await assert.rejects(holdDataset(datasets.full), {
    name: IntegrityError.name,
    message: /the dataset was replaced after it was opened; run again$/,
  });
  await Deno.remove(join(datasets.full.directory, "manifest.json"));
  await assert.rejects(holdDataset(datasets.full), /manifest\.json: it does not exist/);
});
