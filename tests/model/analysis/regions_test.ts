import assert from "node:assert/strict";
import type { PlacedLabel } from "../../../model/analysis/label_plane.ts";
import { testRegions } from "../../../model/analysis/regions.ts";
import { goldenPlane, goldenPlanes } from "../../_support/label_planes.ts";

goldenPlanes.forEach((plane, number) => {
  const { radius, regions } = testRegions(goldenPlane(plane));

  Deno.test(`regions of plane ${number} reach a tenth of the longest distance of two codes`, () => {
    assert.ok(Math.abs(radius - plane.radius) < 1e-9 * plane.radius);
  });

  Deno.test(`the test of plane ${number} is SciPy's, category by category`, () => {
    const found = regions.map(({ inside, own, members, threshold, significant }) => {
      return { inside, own, members, threshold, significant };
    });
    const expected = plane.regions.map(({ chance: _, ...region }) => region);
    assert.deepEqual(found, expected);
  });

  Deno.test(`the chance of every region of plane ${number} is SciPy's`, () => {
    plane.regions.forEach(({ chance }, at) =>
      assert.ok(Math.abs(regions[at]!.chance - chance) <= 1e-9 * chance + 1e-15)
    );
  });
});

/** Codes on a line 10 long, three of category A at its left end; A stands there too. */
const row: PlacedLabel[] = Array.from({ length: 11 }, (_, at) => {
  return { code: `c${at}`, title: "", group: at < 2 || at === 10 ? "A" : "", x: at, y: 0 };
});
const category: PlacedLabel = { code: "A", title: "first", group: "", x: 0, y: 0 };

Deno.test("what lies on the circle lies in it", () => {
  const { regions } = testRegions({ labels: { icd: row, ccs: [category] }, explained: [1, 0] });
  const { inside, own, members, share } = regions[0]!;
  assert.deepEqual({ inside, own, members, share }, {
    inside: 2,
    own: 2,
    members: 3,
    share: 3 / 11,
  });
});

Deno.test("a wider reach and a stricter level are for the caller to choose", () => {
  const plane = { labels: { icd: row, ccs: [category] }, explained: [1, 0] } as const;
  assert.equal(testRegions(plane, { reach: 1 }).regions[0]!.inside, 11);
  assert.ok(testRegions(plane).regions[0]!.significant);
  assert.ok(!testRegions(plane, { level: 0.01 }).regions[0]!.significant);
});
