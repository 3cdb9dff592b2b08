/** The label vectors of fixtures/golden/label_regions.json, and the planes that NumPy made of them. */
import golden from "../../fixtures/golden/label_regions.json" with { type: "json" };
import type { LabelPlane, LabelVectors } from "../../model/analysis/label_plane.ts";
import type { Label } from "../../pipeline/schema.ts";

/** The file's planes. */
export const goldenPlanes = golden.planes;

/** One of them. */
export type GoldenPlane = typeof goldenPlanes[number];

/** A label that ten training documents carry. */
export function labelNamed(code: string, group = ""): Label {
  const documents = { train: 10, dev: 0, test: 0 };
  return { code, kind: "diagnosis", title: `title of ${code}`, group, documents };
}

/** What is projected. */
export function goldenVectors({ icd, ccs, groups, width }: GoldenPlane): LabelVectors {
  const categories = Array.from({ length: ccs.length / width }, (_, at) => labelNamed(`dx:${at}`));
  const codes = groups.map((group, at) => labelNamed(`c${at}`, categories[group]?.code));
  return {
    labels: { icd: codes, ccs: categories },
    vectors: { icd: Float32Array.from(icd), ccs: Float32Array.from(ccs) },
    width,
  };
}

/** Where NumPy puts the labels. */
export function goldenPlane(plane: GoldenPlane): LabelPlane {
  const { labels: { icd, ccs } } = goldenVectors(plane);
  const place = ({ code, title, group }: Label, at: number) => {
    return { code, title, group, x: plane.places[2 * at]!, y: plane.places[2 * at + 1]! };
  };
  const [x, y] = plane.explained;
  return {
    labels: { icd: icd.map(place), ccs: ccs.map((label, at) => place(label, icd.length + at)) },
    explained: [x!, y!],
  };
}
