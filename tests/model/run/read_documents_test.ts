import assert from "node:assert/strict";
import { base } from "../../../model/config/presets.ts";
import { readDocuments } from "../../../model/run/read_documents.ts";
import { systems } from "../../../model/zoo/systems.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

Deno.test("rare words have ids of their own where the system spells them, and elsewhere none", async () => {
  await using directory = await temporary();
  await writeTinyDataset(directory.path, { rareWords: 4, longest: 60 });
  const dataset = await openDataset(directory.path);
  for (const { name, spells = false } of systems) {
    using documents = await readDocuments({ model: { ...base.model, name } }, dataset, "train");
    const ids = Array.from({ length: documents.count }, (_, row) => [...documents.tokens(row)]);
    const isRare = (id: number) => id >= dataset.vocabulary.length;
    assert.equal(ids.flat().some(isRare), spells, name);
  }
});
