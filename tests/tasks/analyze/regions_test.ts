import assert from "node:assert/strict";
import type { LabelPlane } from "../../../model/analysis/label_plane.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { Run } from "../../../model/run/run.ts";
import type { Origin } from "../../../tasks/analyze/origin.ts";
import { drawRegions } from "../../../tasks/analyze/regions.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { goldenPlane, goldenPlanes } from "../../_support/label_planes.ts";
import { madeUp } from "../../_support/measured_rows.ts";

/** A run of that seed, and a plane of the goldens as if it were its. */
function tested(number: number, seed = 1, dataset: Origin = madeUp) {
  const run = { config: resolveConfig({ seed }), dataset } as Run; // what the figure reads
  return { run, plane: goldenPlane(goldenPlanes[number]!) };
}

Deno.test("the test of every category is in a table of its own", () => {
  const { more } = drawRegions([tested(0)]);
  const { regions } = goldenPlanes[0]!;
  const found = more!.regions!.map(({ own, inside, threshold, significant }) => {
    return { own, inside, threshold, significant };
  });
  assert.deepEqual(
    found,
    regions.map(({ own, inside, threshold, significant }) => {
      return { own, inside, threshold, significant };
    }),
  );
});

Deno.test("the six least likely are shown, each with all of its codes", () => {
  const { rows } = drawRegions([tested(2)]);
  const categories = rows.filter(({ task }) => task === "ccs").map(({ code }) => code);
  const expected = goldenPlanes[2]!.regions.map(({ chance }, at) => ({ chance, code: `dx:${at}` }))
    .sort((a, b) => a.chance - b.chance).slice(0, 6).map(({ code }) => code);
  assert.deepEqual(categories, expected);
  for (const [at, { members }] of goldenPlanes[2]!.regions.entries()) {
    const own = rows.filter(({ category, task }) => task === "icd" && category === `dx:${at}`);
    assert.ok([0, members].includes(own.length));
  }
});

Deno.test("every run's count is said, by its seed", () => {
  const { findings, summary } = drawRegions([tested(0, 1), tested(1, 2)]);
  assert.equal(findings.length, 2);
  assert.match(findings[0]!, /^1 of 6 CCS categories have significantly more .* \(seed 1\)$/);
  assert.match(findings[1]!, /^6 of 6 CCS categories .* \(seed 2\)$/);
  const counts = (summary as { seed: number; significant: number; categories: number }[])
    .map(({ seed, significant, categories }) => [seed, significant, categories]);
  assert.deepEqual(counts, [[1, 1, 6], [2, 6, 6]]);
});

Deno.test("each panel names its category and what is in its circle", async () => {
  const texts = await drawnTexts(drawRegions([tested(1)]).chart);
  const [{ own, members, inside }] = goldenPlanes[1]!.regions as [
    typeof goldenPlanes[0]["regions"][0],
  ];
  assert.ok(texts.includes("dx:0 title of dx:0"));
  assert.ok(texts.includes(`in the circle: own ${own} of ${members}, others ${inside - own}`));
  for (const kind of ["other ICD codes", "ICD codes of the category", "the category itself"]) {
    assert.equal(texts.filter((text) => text === kind).length, 1, kind);
  }
});

Deno.test("a title that does not fit is cut", async () => {
  const { run, plane } = tested(1);
  const title = "Complication of device, implant or graft and other things";
  const ccs = plane.labels.ccs.map((label) => ({ ...label, title }));
  const long: LabelPlane = { ...plane, labels: { ...plane.labels, ccs } };
  const texts = await drawnTexts(drawRegions([{ run, plane: long }]).chart);
  assert.ok(texts.some((text) => /^dx:0 Complication of .*…$/.test(text)));
});

Deno.test("the paper's count stands beside 295 categories of MIMIC-III alone", () => {
  const mimic = {
    directory: "data/full",
    synthetic: false,
    source: "mimic3",
    restricted: true,
  } as const;
  const { run, plane } = tested(1, 1, mimic);
  assert.doesNotMatch(drawRegions([{ run, plane }]).findings[0]!, /paper/);
  const ccs = Array.from(
    { length: 295 },
    (_, at) => ({ ...plane.labels.ccs[at % 6]!, code: `${at}` }),
  );
  const all: LabelPlane = { ...plane, labels: { ...plane.labels, ccs } };
  const { findings } = drawRegions([{ run, plane: all }]);
  assert.match(findings[0]!, /^\d+ of 295 .* \(the paper: 157 of 295\) \(seed 1\)$/);
  const synthetic = { run: tested(1).run, plane: all };
  assert.doesNotMatch(drawRegions([synthetic]).findings[0]!, /paper/);
});
