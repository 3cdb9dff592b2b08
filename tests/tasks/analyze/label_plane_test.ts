import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { Run } from "../../../model/run/run.ts";
import { drawLabelPlane } from "../../../tasks/analyze/label_plane.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { goldenPlane, goldenPlanes } from "../../_support/label_planes.ts";
import { madeUp } from "../../_support/measured_rows.ts";

const run = { config: resolveConfig({ seed: 5 }), dataset: madeUp } as Run; // what the figure reads
const plane = goldenPlane(goldenPlanes[0]!);

Deno.test("every code and every category is a point, with its place", () => {
  const { rows } = drawLabelPlane(run, plane);
  assert.equal(rows.length, 66);
  const { x, y } = plane.labels.ccs[2]!;
  const row = rows.find(({ task, code }) => task === "ccs" && code === "dx:2");
  assert.deepEqual([row!.x, row!.y], [x, y]);
});

Deno.test("the picture names both kinds, the axes' shares of the variance and the run", async () => {
  const texts = await drawnTexts(drawLabelPlane(run, plane).chart);
  const [x, y] = plane.explained.map((share) => (100 * share).toFixed(1));
  for (
    const text of [
      "ICD code",
      "CCS category",
      `first principal component (${x}% of the variance)`,
      `second principal component (${y}% of the variance)`,
      "Data: synthetic notes (some/top50). Nothing here was measured on MIMIC-III.",
    ]
  ) assert.equal(texts.filter((one) => one === text).length, 1, text);
  assert.ok(texts.some((text) => text.startsWith("Rows of the score layers of MARN, seed 5")));
});

Deno.test("how much of the vectors' variance the plane holds is said", () => {
  const { findings, summary } = drawLabelPlane(run, plane);
  const [x, y] = plane.explained;
  const held = (100 * (x! + y!)).toFixed(1);
  assert.deepEqual(findings, [
    `60 ICD codes and 6 CCS categories; the plane holds ${held}% of their vectors' variance`,
  ]);
  assert.deepEqual(summary, { icd: 60, ccs: 6, explained: [x, y] });
});
