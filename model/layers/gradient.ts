/**
 * Operations with a gradient written by hand: the way in which the layers decide for themselves what
 * is kept for the backward pass, and let go of it as soon as it has served.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";

/** What a forward pass hands over: its result, and the tensors that its gradient will need. */
export interface Forward {
  /** The result. */
  readonly value: Tensor;
  /** All that `backward` reads and the caller may free before it runs; weights need not be listed. */
  readonly saved: readonly Tensor[];
  /**
   * The result again, from `saved`, where that is cheap. A layer that saves the result for its own
   * gradient then keeps nothing, and has it computed when its gradient runs.
   */
  readonly recompute?: (saved: readonly Tensor[]) => Tensor;
}

/** How to compute a tensor again while its tape is played back, which is until its own gradient has run. */
interface Recipe {
  readonly tape: unknown;
  readonly compute: () => Tensor;
}

const recipes = new WeakMap<Tensor, Recipe>();

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
  let recall: Recall = (kept) => kept;
  let recompute: Forward["recompute"];
  const run = tf.customGrad((...args) => {
    const save = args[args.length - 1] as unknown as (tensors: Tensor[]) => void;
    const result = forward();
    recompute = result.recompute;
    recall = keep(result.saved, save);
    const gradFunc = (dy: Tensor, kept: Tensor[]) => {
      const gradients = tf.tidy(() => backward(dy, recall(kept)));
      tf.dispose(kept);
      releaseUpstream(dy, gradients);
      return gradients;
    };
    return { value: result.value, gradFunc };
  });
  const value = run(...inputs);
  const tape = tf.engine().state.activeTape, record = tape?.at(-1);
  if (recompute && record?.outputs[0] === value) {
    const compute = recompute;
    recipes.set(value, { tape, compute: () => compute(recall(record.saved!)) });
  }
  return value;
}

/** The saved tensors from those that were kept. */
type Recall = (kept: readonly Tensor[]) => readonly Tensor[];

/** Keeps those of the saved tensors that have no recipe. */
function keep(saved: readonly Tensor[], save: (tensors: Tensor[]) => void): Recall {
  const tape = tf.engine().state.activeTape;
  const found = saved.map((tensor) => {
    const recipe = recipes.get(tensor);
    return recipe?.tape === tape ? recipe?.compute : undefined;
  });
  save(saved.filter((_, i) => !found[i]));
  return (kept) => {
    let next = 0;
    return found.map((compute) => compute ? compute() : kept[next++]!);
  };
}

/** Frees a gradient that has been passed on, unless it is the caller's own or was passed on itself. */
function releaseUpstream(dy: Tensor, gradients: readonly Tensor[]): void {
  const ownedByTape = gradients.some(({ scopeId }) => scopeId === dy.scopeId);
  if (ownedByTape && !gradients.includes(dy)) dy.dispose();
}
