/**
 * Operations with a gradient written by hand: the way in which the layers decide for themselves what
 * is kept for the backward pass, and let go of it as soon as it has served.
 *
 * @module
 */
import { type Tensor, tf } from "./tf.ts";

/** What a forward pass hands over: its result, and the tensors that its gradient will need. */
export interface Forward {
  readonly value: Tensor;
  /** All that `backward` reads and the caller may free before it runs; weights need not be listed. */
  readonly saved: readonly Tensor[];
}

/**
 * Runs `forward` and records `backward` as its gradient with respect to `inputs`. Temporaries of both
 * are freed on return; the saved tensors and the result's gradient are freed once `backward` has run,
 * not at the step's end, where the tape would free them.
 *
 * @param inputs what `backward` returns a gradient for, one each and in the same order.
 * @param forward computes the value from `inputs` (captured by the closure).
 * @param backward maps the result's gradient and the saved tensors to the inputs' gradients.
 */
export function withGradient(
  inputs: readonly Tensor[],
  forward: () => Forward,
  backward: (dy: Tensor, saved: readonly Tensor[]) => Tensor[],
): Tensor {
  const run = tf.customGrad((...args) => {
    const save = args[args.length - 1] as unknown as (tensors: Tensor[]) => void;
    const { value, saved } = forward();
    save([...saved]);
    const gradFunc = (dy: Tensor, kept: Tensor[]) => {
      const gradients = tf.tidy(() => backward(dy, kept));
      tf.dispose(kept);
      releaseUpstream(dy, gradients);
      return gradients;
    };
    return { value, gradFunc };
  });
  return run(...inputs);
}

/** Frees a gradient that has been passed on, unless it is the caller's own or was passed on itself. */
function releaseUpstream(dy: Tensor, gradients: readonly Tensor[]): void {
  const ownedByTape = gradients.some(({ scopeId }) => scopeId === dy.scopeId);
  if (ownedByTape && !gradients.includes(dy)) dy.dispose();
}
