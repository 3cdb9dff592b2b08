import assert from "node:assert/strict";
import { type Dataset, openDataset } from "../../../pipeline/dataset/open.ts";
import { drawLengths } from "../../../tasks/analyze/lengths.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { temporary } from "../../_support/tiny.ts";
import { type TinyOptions, writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A dataset of long documents; its options say where it comes from. */
async function longDataset(directory: string, options: TinyOptions = {}): Promise<Dataset> {
  const documents = { train: 40, dev: 8, test: 12 };
  await writeTinyDataset(directory, { documents, longest: 1500, ...options });
  return await openDataset(directory);
}

Deno.test("documents of all splits are counted, those over 512 tokens apart", async () => {
  await using directory = await temporary();
  const documents = await writeTinyDataset(directory.path, { longest: 1500 });
  const lengths = Object.values(documents).flat().map(({ tokens }) => tokens.length);
  const { rows, summary, findings } = await drawLengths([await openDataset(directory.path)]);
  const counted = rows.reduce((sum, { documents }) => sum + Number(documents), 0);
  assert.equal(counted, lengths.length);
  const share = lengths.filter((length) => length > 512).length / lengths.length;
  assert.deepEqual(summary, [
    { dataset: "full", documents: lengths.length, longer_than_512: share, paper: null },
  ]);
  const percent = (100 * share).toFixed(1);
  assert.deepEqual(findings, [`full: ${percent}% of 16 documents have more than 512 tokens`]);
});

Deno.test("there are at most 50 bins, of one width for all datasets", async () => {
  await using directory = await temporary();
  const [long, short] = await Promise.all([
    longDataset(`${directory.path}/a`),
    longDataset(`${directory.path}/b`, { longest: 90 }),
  ]);
  const { rows } = await drawLengths([long, short]);
  assert.ok(rows.length <= 100);
  const widths = new Set(rows.map(({ from, to }) => Number(to) - Number(from)));
  assert.deepEqual([...widths], [50]);
});

Deno.test("the picture names the share, the limit and the unit", async () => {
  await using directory = await temporary();
  const texts = await drawnTexts((await drawLengths([await longDataset(directory.path)])).chart);
  assert.ok(
    texts.some((text) => /^full: 60 documents, .*% of them longer than 512 tokens$/.test(text)),
  );
  for (const text of ["512", "length (tokens)", "documents"]) assert.ok(texts.includes(text), text);
});

Deno.test("the paper's share stands beside that of MIMIC-III's published split alone", async () => {
  await using directory = await temporary();
  const dataset = await longDataset(directory.path);
  const { manifest } = dataset;
  const options = { ...manifest.options, source: "mimic3", split: "published" } as const;
  const published = { ...dataset, manifest: { ...manifest, synthetic: false, options } };
  const { findings } = await drawLengths([published]);
  assert.match(findings[0]!, /tokens \(the paper: 96\.3%\)$/);
  const synthetic = { ...dataset, manifest: { ...manifest, options } };
  assert.doesNotMatch((await drawLengths([synthetic])).findings[0]!, /paper/);
});
