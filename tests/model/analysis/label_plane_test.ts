import assert from "node:assert/strict";
import { projectLabels } from "../../../model/analysis/label_plane.ts";
import { NumericError } from "../../../pipeline/errors.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import { goldenPlanes, goldenVectors, labelNamed } from "../../_support/label_planes.ts";

goldenPlanes.forEach((plane, number) => {
  const { labels, explained } = projectLabels(goldenVectors(plane));

  Deno.test(`labels of plane ${number} lie where NumPy's decomposition puts them`, () => {
    const places = TASKS.flatMap((task) => labels[task]).flatMap(({ x, y }) => [x, y]);
    assert.equal(places.length, plane.places.length);
    plane.places.forEach((expected, at) => {
      const far = Math.abs(places[at]! - expected);
      assert.ok(far < 1e-9, `value ${at}: ${places[at]}, not ${expected}`);
    });
  });

  Deno.test(`plane ${number} holds the share of the variance that NumPy finds`, () => {
    plane.explained.forEach((expected, axis) =>
      assert.ok(Math.abs(explained[axis]! - expected) < 1e-9, `${explained[axis]}, not ${expected}`)
    );
  });
});

Deno.test("a label keeps its code, its title and its category", () => {
  const { labels } = projectLabels(goldenVectors(goldenPlanes[0]!));
  const { code, title, group } = labels.icd[3]!;
  const expected = goldenVectors(goldenPlanes[0]!).labels.icd[3]!;
  assert.deepEqual([code, title, group], [expected.code, expected.title, expected.group]);
});

for (
  const [what, valueOf] of [
    ["are all the same", () => 0.5],
    ["lie on a line", (label: number, at: number) => label * (at + 1)],
  ] as const
) {
  Deno.test(`vectors that ${what} span no plane`, () => {
    const labels = { icd: ["a", "b", "c"].map((code) => labelNamed(code)), ccs: [labelNamed("1")] };
    const rows = Float32Array.from({ length: 12 }, (_, at) => valueOf(Math.floor(at / 3), at % 3));
    const vectors = { icd: rows.subarray(0, 9), ccs: rows.subarray(9) };
    assert.throws(() => projectLabels({ labels, vectors, width: 3 }), NumericError);
  });
}
