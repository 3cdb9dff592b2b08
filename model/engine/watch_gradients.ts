/**
 * Gradients of variables at the moment when the backward pass has them, long before its end: those of
 * the last layers come first.
 *
 * @module
 */
import { type Tensor, tf, type Variable } from "./tf.ts";

/** Hears of variables' gradients while the backward pass goes on. */
export interface GradientWatcher {
  /** A part of a variable's gradient; parts add up. It is the tape's: what is to stay is copied. */
  onPart(variable: Variable, part: Tensor): void;
  /** No more parts of this one come. Of a variable that the loss does not depend on nothing is heard. */
  onWhole(variable: Variable): void;
}

/**
 * Has `watcher` hear of the gradients of `loss` in `variables`. To be called at the end of the function
 * that `tf.variableGrads` differentiates, when all that it computes is on the tape.
 */
export function watchGradients(
  loss: Tensor,
  variables: readonly Variable[],
  watcher: GradientWatcher,
): void {
  const watched = new Map(variables.map((variable) => [variable.id, variable]));
  const used = new Set<number>();
  for (const node of nodesBelow(loss)) {
    const uses = Object.entries(node.inputs).flatMap(([input, { id }]) => {
      const variable = watched.get(id);
      return variable ? [{ input, variable }] : [];
    });
    const { gradient } = node;
    if (uses.length === 0 || !gradient) continue;
    // The tape is gone through from its end: the place of a variable's first use comes last.
    const unused = uses.filter(({ variable: { id } }) => !used.has(id));
    const lasts = new Set(new Map(unused.map((use) => [use.variable.id, use])).values());
    for (const { variable } of uses) used.add(variable.id);
    node.gradient = (upstream) => {
      const gradients = gradient(upstream);
      for (const use of uses) {
        const { input, variable } = use;
        const compute = gradients[input]!;
        gradients[input] = () => {
          const part = compute();
          watcher.onPart(variable, part);
          if (lasts.has(use)) watcher.onWhole(variable);
          return part;
        };
      }
      return gradients;
    };
  }
}

/** What on the tape `loss` was computed from, in order: the backward pass goes through these alone. */
function nodesBelow(loss: Tensor) {
  const leading = new Set([loss.id]);
  return tf.engine().state.activeTape.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some(({ id }) => leading.has(id))) return false;
    for (const { id } of Object.values(inputs)) leading.add(id);
    return true;
  }).reverse();
}
