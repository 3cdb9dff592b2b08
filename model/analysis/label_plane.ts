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

/** A label, and its place in the plane of the first two principal components. */
export interface PlacedLabel {
  readonly code: string;
  readonly title: string;
  /** Key of the category that an ICD code belongs to; empty where there is none. */
  readonly group: string;
  /** Along the first principal component. */
  readonly x: number;
  /** Along the second. */
  readonly y: number;
}

/** All labels' places, and how much of their vectors the plane shows. */
export interface LabelPlane {
  /** [L] of each label set, in index order. */
  readonly labels: PerTask<readonly PlacedLabel[]>;
  /** Share of the vectors' variance along x and along y, 0 … 1. */
  readonly explained: readonly [x: number, y: number];
}

/** The labels and their vectors, of which the plane is a projection. */
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
  const rows = centredRows(TASKS.map((task) => vectors[task]), width);
  // Of thousands of vectors in hundreds of dimensions, the covariance is much the smaller.
  const pca = new PCA(covariance(rows, width), { isCovarianceMatrix: true, center: false });
  const [x, y] = pca.getExplainedVariance();
  if (!(x! > NEGLIGIBLE && y! > NEGLIGIBLE)) {
    throw new NumericError(
      `projecting ${rows.length} label vectors: they span no plane; expected those of a trained model`,
    );
  }
  const components = pca.getLoadings().to2DArray().slice(0, 2).map(withPositiveLargest);
  const places = rows.map((row) => components.map((component) => dot(row, component)));
  let first = 0;
  return {
    labels: perTask((task) => {
      const own = places.slice(first, first += labels[task].length);
      return labels[task].map(({ code, title, group }, at) => {
        return { code, title, group, x: own[at]![0]!, y: own[at]![1]! };
      });
    }),
    explained: [x!, y!],
  };
}

/** A share of the variance that rounding alone can make. */
const NEGLIGIBLE = 1e-12;

/** The vectors of all label sets, less their mean. */
function centredRows(vectors: readonly Float32Array[], width: number): Float64Array[] {
  const rows = vectors.flatMap((values) =>
    Array.from(
      { length: values.length / width },
      (_, at) => Float64Array.from(values.subarray(at * width, (at + 1) * width)),
    )
  );
  const mean = new Float64Array(width);
  for (const row of rows) row.forEach((value, at) => mean[at]! += value / rows.length);
  for (const row of rows) mean.forEach((value, at) => row[at]! -= value);
  return rows;
}

/** The covariance [D, D] of centred rows. */
function covariance(rows: readonly Float64Array[], width: number): number[][] {
  const sums = Array.from({ length: width }, () => new Float64Array(width));
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      const [sum, value] = [sums[i]!, row[i]!];
      for (let j = 0; j <= i; j++) sum[j]! += value * row[j]!;
    }
  }
  return sums.map((_, i) =>
    Array.from(sums, (_, j) => sums[Math.max(i, j)]![Math.min(i, j)]! / (rows.length - 1))
  );
}

/** A direction, turned round where the value that is furthest from zero is negative. */
function withPositiveLargest(values: readonly number[]): readonly number[] {
  const largest = values.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a, 0);
  return largest < 0 ? values.map((value) => -value) : values;
}

function dot(row: Float64Array, component: readonly number[]): number {
  return component.reduce((sum, loading, at) => sum + loading * row[at]!, 0);
}
