/**
 * The labels of all label sets in one plane: the first two principal components of their vectors, which
 * are the rows of the score layers (the paper's Figs. 9 and 10).
 *
 * Legend: `L` labels of a label set, `D` values of a label's vector.
 *
 * @module
 */
import { PCA } from "ml-pca";
import { NumericError } from "../../pipeline/errors.ts";
import { type Label, type PerTask, perTask, TASKS } from "../../pipeline/schema.ts";

/** A label in the plane. */
export interface PlacedLabel {
  readonly code: string;
  readonly title: string;
  /** Key of the category that an ICD code belongs to; empty where there is none. */
  readonly group: string;
  /** First principal component. */
  readonly x: number;
  /** Second principal component. */
  readonly y: number;
}

/** Where labels lie. */
export interface LabelPlane {
  /** [L] of each label set, in index order. */
  readonly labels: PerTask<readonly PlacedLabel[]>;
  /** Share of the vectors' variance along x and along y, 0 … 1. */
  readonly explained: readonly [x: number, y: number];
}

/** What is projected. */
export interface LabelVectors {
  readonly labels: PerTask<readonly Label[]>;
  /** [L, D] row-major, of each label set. */
  readonly vectors: PerTask<Float32Array>;
  /** D, at least 2. */
  readonly width: number;
}

/**
 * Projects the labels of all label sets together. A component's sign is arbitrary; here its largest
 * loading is positive.
 *
 * @throws {NumericError} where the vectors span no plane.
 */
export function projectLabels({ labels, vectors, width }: LabelVectors): LabelPlane {
  const rowsOf = (task: keyof typeof labels) =>
    labels[task].map((_, at) => [...vectors[task].subarray(at * width, (at + 1) * width)]);
  const rows = TASKS.flatMap(rowsOf);
  const pca = new PCA(rows, { method: "NIPALS", nCompNIPALS: 2 });
  const signs = pca.getLoadings().to2DArray().map(signOfLargest);
  const places = pca.predict(rows).to2DArray().map(([x, y]) => [x! * signs[0]!, y! * signs[1]!]);
  const spread = totalVariance(rows);
  const shares = [0, 1].map((axis) =>
    totalVariance(places.map((place) => [place[axis]!])) / spread
  );
  if (!shares.every((share) => share > 0)) {
    throw new NumericError(
      `projecting ${rows.length} label vectors: they span no plane; expected those of a trained model`,
    );
  }
  let first = 0;
  return {
    labels: perTask((task) => {
      const own = places.slice(first, first += labels[task].length);
      return labels[task].map(({ code, title, group }, at) => {
        return { code, title, group, x: own[at]![0]!, y: own[at]![1]! };
      });
    }),
    explained: [shares[0]!, shares[1]!],
  };
}

/** 1 or −1: the sign of the value that is furthest from zero. */
function signOfLargest(values: readonly number[]): number {
  const largest = values.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a, 0);
  return largest < 0 ? -1 : 1;
}

/** The sum of squared distances from the mean. */
function totalVariance(rows: readonly (readonly number[])[]): number {
  let variance = 0;
  for (let column = 0; column < rows[0]!.length; column++) {
    const mean = rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length;
    for (const row of rows) variance += (row[column]! - mean) ** 2;
  }
  return variance;
}
