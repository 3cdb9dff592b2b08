/**
 * One-dimensional convolution over tokens, by matrix multiplication.
 *
 * Legend: `B` documents, `T` tokens, `I` input channels, `O` output channels, `K` taps.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { nativeOp } from "../engine/kernels.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform, uniform } from "./initializers.ts";
import type { Positions } from "./positions.ts";
import type { Initializer, WeightScope } from "./weights.ts";

/** What a convolution may be given beside its channels. */
export interface ConvOptions {
  /** Taps, K. */
  readonly kernel: number;
  /** Zeros on each side of a document; default (K − 1) / 2 rounded down. */
  readonly padding?: number | undefined;
  /** Whether a bias is added; default false. */
  readonly bias?: boolean | undefined;
  /** The weight is stored as in PyTorch's ConvTranspose1d: [I, O, K], the taps reversed. */
  readonly transposed?: boolean | undefined;
  /** First values of the weight; default PyTorch's, U(±1/√fan-in). A bias always starts so. */
  readonly initializer?: Initializer | undefined;
}

/**
 * Convolves [B, T, I], zero on padding, into [B, T + 2·padding − K + 1, O], zero on padding too: a
 * document's last outputs are those that it has alone. For outputs that are longer or shorter than the
 * document, `outputs` says which are real: by default as many more (or fewer) as the whole width gains.
 */
export type Conv = (x: Tensor, batch: Positions, outputs?: Positions) => Tensor;

/** Declares `weight` ([O, I, K], or [I, O, K] when transposed) and, if wanted, `bias` [O]. */
export function createConv(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  options: ConvOptions,
): Conv {
  const filter = declareFilter(scope, inputs, outputs, options);
  const bias = options.bias
    ? scope.parameter("bias", [outputs], uniform(1 / Math.sqrt(inputs * options.kernel)))
    : undefined;
  return (x, batch, real) =>
    tf.tidy(() => {
      const taps = filter.taps();
      const window = windowOf(x, batch, filter, real);
      const y = withGradient(
        [x, taps],
        () => ({
          value: convolve(x, taps, window),
          saved: [x, taps, window.before, window.after],
        }),
        (dy, [x, taps, before, after]) =>
          differentiateConv(dy, x!, taps!, { ...window, before: before!, after: after! }),
      );
      return bias ? zeroPadding(tf.add(y, bias), window.after) : y;
    });
}

/** A declared convolution weight, for a layer that brings its own gradient. */
export interface Filter {
  /** K. */
  readonly kernel: number;
  /** Zeros on each side of a document. */
  readonly padding: number;
  /** The weight as [K, I, O], differentiable. */
  readonly taps: () => Tensor;
}

/** Declares `weight` alone. */
export function declareFilter(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  options: ConvOptions,
): Filter {
  const { kernel, initializer = fanInUniform } = options;
  const { padding = Math.floor((kernel - 1) / 2) } = options;
  if (options.transposed) {
    const weight = scope.parameter("weight", [inputs, outputs, kernel], initializer);
    return {
      kernel,
      padding: kernel - 1 - padding,
      taps: () => tf.reverse(tf.transpose(weight, [2, 0, 1]), 0),
    };
  }
  const weight = scope.parameter("weight", [outputs, inputs, kernel], initializer);
  return { kernel, padding, taps: () => tf.transpose(weight, [2, 1, 0]) };
}

/** How taps move over a batch's documents. */
export interface Window {
  /** K. */
  readonly kernel: number;
  /** Zeros on each side of a document. */
  readonly padding: number;
  /** Documents' lengths in the input, [B] int32. */
  readonly before: Tensor;
  /** Their lengths in the output, which has T + 2·padding − K + 1 positions. */
  readonly after: Tensor;
}

/**
 * The window of a filter over x [B, T, I], a sequence derived from the batch's tokens; `outputs` says
 * which outputs are real, as for {@linkcode Conv}.
 */
export function windowOf(
  x: Tensor,
  batch: Positions,
  { kernel, padding }: Filter,
  outputs?: Positions,
): Window {
  const width = x.shape[1]!;
  const after = outputs?.lengths ?? lengthsAt(batch, width + 2 * padding - kernel + 1);
  return { kernel, padding, before: lengthsAt(batch, width), after };
}

/**
 * Documents' lengths [B] in a sequence of this padded width that was derived from their tokens: all are
 * `width − T` longer (shorter when negative).
 */
function lengthsAt(batch: Positions, width: number): Tensor {
  return tf.cast(tf.add(batch.lengths, width - batch.width), "int32");
}

/**
 * y[b, t] = Σ_k x[b, t + k − padding] · taps[k], with zeros outside the documents, and zero on the
 * output's padding; not recorded for differentiation.
 *
 * @param x [B, T, I].
 * @param taps [K, I, O].
 */
export function convolve(x: Tensor, taps: Tensor, { padding, before, after }: Window): Tensor {
  const [y] = nativeOp("Convolve", { padding }, [x, taps, before, after], 1) ??
    [plainConvolve(zeroPadding(x, before), taps, padding, after)];
  return y!;
}

/** Gradients of x and the taps. */
export function differentiateConv(
  dy: Tensor,
  x: Tensor,
  taps: Tensor,
  { kernel, padding, before, after }: Window,
): Tensor[] {
  const mirrored = tf.transpose(tf.reverse(taps, 0), [0, 2, 1]); // [K, O, I]
  const dx = convolve(dy, mirrored, {
    kernel,
    padding: kernel - 1 - padding,
    before: after,
    after: before,
  });
  const inputs = [x, dy, before, after];
  const [dTaps] = nativeOp("ConvolveTapsGradient", { kernel, padding }, inputs, 1) ??
    [plainTapsGradient(zeroPadding(x, before), zeroPadding(dy, after), kernel, padding)];
  return [dx, dTaps!];
}

/** Zeroes the rows of `x` [B, T, C] past the lengths [B]. */
function zeroPadding(x: Tensor, lengths: Tensor): Tensor {
  const real = tf.less(tf.range(0, x.shape[1]!, 1, "int32"), tf.expandDims(lengths, 1));
  return tf.mul(x, tf.expandDims(tf.cast(real, "float32"), 2));
}

function plainConvolve(x: Tensor, taps: Tensor, padding: number, after: Tensor): Tensor {
  const [kernel, inputs, outputs] = taps.shape as [number, number, number];
  const matrix = tf.reshape(taps, [kernel * inputs, outputs]);
  const parts = inDocumentGroups(x, kernel, padding, (unfolded, _from, count) => {
    const y = tf.matMul(unfolded, matrix);
    return tf.reshape(y, [count, -1, outputs]);
  });
  return zeroPadding(parts.length === 1 ? parts[0]! : tf.concat(parts, 0), after);
}

/** [K, I, O] from x [B, T, I] and the outputs' gradient, both zero on padding. */
function plainTapsGradient(x: Tensor, dy: Tensor, kernel: number, padding: number): Tensor {
  const inputs = x.shape[2]!;
  const outputs = dy.shape[2]!;
  const parts = inDocumentGroups(x, kernel, padding, (unfolded, from, count) => {
    const part = tf.slice(dy, [from, 0, 0], [count, -1, -1]);
    return tf.matMul(unfolded, tf.reshape(part, [-1, outputs]), true);
  });
  return tf.reshape(tf.addN(parts), [kernel, inputs, outputs]);
}

/** Elements of one unfolded group of documents: bounds the copy that unfolding makes. */
const UNFOLDED_LIMIT = 1 << 24;

/**
 * Calls `visit` with consecutive groups of documents unfolded to [documents × positions, K × I], each
 * row holding the K tokens under the taps.
 */
function inDocumentGroups(
  x: Tensor,
  kernel: number,
  padding: number,
  visit: (unfolded: Tensor, from: number, count: number) => Tensor,
): Tensor[] {
  const [documents, tokens, channels] = x.shape as [number, number, number];
  const width = tokens + 2 * padding - kernel + 1;
  const perGroup = Math.max(1, Math.floor(UNFOLDED_LIMIT / (width * kernel * channels)));
  const results: Tensor[] = [];
  for (let from = 0; from < documents; from += perGroup) {
    const count = Math.min(perGroup, documents - from);
    results.push(tf.tidy(() => {
      const group = tf.slice(x, [from, 0, 0], [count, -1, -1]);
      const padded = tf.pad(group, [[0, 0], [padding, padding], [0, 0]]);
      const shifted = Array.from({ length: kernel }, (_, k) => {
        return tf.slice(padded, [0, k, 0], [-1, width, -1]);
      });
      const unfolded = tf.reshape(tf.concat(shifted, 2), [count * width, kernel * channels]);
      return visit(unfolded, from, count);
    }));
  }
  return results;
}
