/**
 * One-vs-rest logistic regression with an L2 penalty, as scikit-learn's `LogisticRegression(C=1)`:
 * ½‖w‖² + Σ log(1 + exp(−y(w·x + b))), the intercept b without penalty.
 *
 * Legend: `D` documents, `V` features.
 *
 * @module
 */
import { minimise, type Objective } from "./lbfgs.ts";
import type { SparseRows } from "./tfidf.ts";

/**
 * Norm of the gradient at which fitting ends. The penalty alone gives the loss a curvature of 1, so that
 * ‖w − w*‖ is at most this, and a probability of a row of unit length off by at most a quarter of it.
 */
const TOLERANCE = 1e-3;

/** A fitted classifier: w, [V], and b behind it. */
export type Coefficients = Float64Array;

/**
 * Fits one label.
 *
 * @param features [D, V]
 * @param size V
 * @param positive [D] 1 where the document carries the label; some must and some must not.
 */
export function fitLogistic(
  features: SparseRows,
  size: number,
  positive: Uint8Array,
): Coefficients {
  const coefficients = new Float64Array(size + 1);
  const count = positive.reduce((sum, hot) => sum + hot, 0);
  coefficients[size] = Math.log(count / (positive.length - count));
  minimise(penalisedLoss(features, size, positive), coefficients, {
    tolerance: TOLERANCE,
    iterations: 500,
  });
  return coefficients;
}

/** The loss of one label's classifier as a function of its {@linkcode Coefficients}. */
function penalisedLoss(
  { offsets, columns, values }: SparseRows,
  size: number,
  positive: Uint8Array,
): Objective {
  return (x, gradient) => {
    const intercept = x[size]!;
    let loss = 0;
    let interceptGradient = 0;
    for (let at = 0; at < size; at++) {
      gradient[at] = x[at]!;
      loss += x[at]! * x[at]! / 2;
    }
    for (let row = 0; row < positive.length; row++) {
      const begin = offsets[row]!;
      const end = offsets[row + 1]!;
      let logit = intercept;
      for (let at = begin; at < end; at++) logit += values[at]! * x[columns[at]!]!;
      // log(1 + e^z) − yz, without overflow
      const small = Math.exp(-Math.abs(logit));
      const hot = positive[row]!;
      loss += Math.max(logit, 0) + Math.log1p(small) - hot * logit;
      const error = (logit >= 0 ? 1 : small) / (1 + small) - hot;
      interceptGradient += error;
      for (let at = begin; at < end; at++) gradient[columns[at]!]! += error * values[at]!;
    }
    gradient[size] = interceptGradient;
    return loss;
  };
}

/** The label's probability for every row, written to `scores[row * stride + offset]`. */
export function predictLogistic(
  { offsets, columns, values }: SparseRows,
  coefficients: Coefficients,
  scores: Float32Array,
  { stride, offset }: { readonly stride: number; readonly offset: number },
): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    let logit = coefficients[coefficients.length - 1]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      logit += values[at]! * coefficients[columns[at]!]!;
    }
    scores[row * stride + offset] = 1 / (1 + Math.exp(-logit));
  }
}
