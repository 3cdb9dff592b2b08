import assert from "node:assert/strict";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import { drawFrequencies } from "../../../tasks/analyze/frequencies.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { labelNamed } from "../../_support/label_planes.ts";

/** A dataset of codes that so many documents carry, and of as many categories as are told. */
function datasetOf(labelSet: string, counts: readonly number[], categories = 1): Dataset {
  const label = (code: string, train: number) => {
    return { ...labelNamed(code), documents: { train, dev: 0, test: 0 } };
  };
  return {
    directory: `somewhere/${labelSet}`,
    manifest: { labelSet, synthetic: true, restricted: false, options: { source: "mimic3" } },
    labels: {
      icd: counts.map((count, at) => label(`c${at}`, count)),
      ccs: Array.from({ length: categories }, (_, at) => label(`dx:${at}`, 30)),
    },
  } as unknown as Dataset; // what the figure reads
}

const full = datasetOf("full", [1, 3000, 20]);

Deno.test("every label set of every dataset is ranked", () => {
  const { rows } = drawFrequencies([full, datasetOf("top50", [7])]);
  assert.deepEqual(
    rows.map(({ dataset, task, rank, code, documents }) => {
      return [dataset, task, rank, code, documents];
    }),
    [
      ["full", "icd", 1, "c1", 3000],
      ["full", "icd", 2, "c2", 20],
      ["full", "icd", 3, "c0", 1],
      ["full", "ccs", 1, "dx:0", 30],
      ["top50", "icd", 1, "c0", 7],
      ["top50", "ccs", 1, "dx:0", 30],
    ],
  );
});

Deno.test("the picture names label sets, units and data", async () => {
  const texts = await drawnTexts(drawFrequencies([full]).chart);
  for (
    const text of [
      "ICD codes, full (3)",
      "CCS categories, full (1)",
      "rank, the most frequent first",
      "documents (logarithmic)",
      "Data: synthetic notes (somewhere/full). Nothing here was measured on MIMIC-III.",
      "1,000",
    ]
  ) assert.ok(texts.includes(text), text);
});

Deno.test("what is found is said of each label set", () => {
  const { findings, summary } = drawFrequencies([full]);
  assert.equal(
    findings[0],
    "ICD codes, full: 3; half of them occur in at most 20 documents, 33.3% in at most 10; the most " +
      "frequent tenth makes up 99.3% of all assignments",
  );
  assert.deepEqual((summary as unknown[])[1], {
    dataset: "full",
    task: "ccs",
    labels: 1,
    median: 30,
    rare: 0,
    head: 1,
  });
});

Deno.test("a dataset without categories has one panel", async () => {
  const texts = await drawnTexts(drawFrequencies([datasetOf("full", [5, 4], 0)]).chart);
  assert.ok(!texts.some((text) => text.startsWith("CCS")));
});

Deno.test("a code that no document carries is listed, and has no place on the picture", async () => {
  const figure = drawFrequencies([datasetOf("full", [5, 0], 0)]);
  assert.equal(figure.rows.at(-1)!.documents, 0);
  await drawnTexts(figure.chart);
});
