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
 * Has `watcher` hear of the gradients in `variables`. To be called at the end of the function that
 * `tf.variableGrads` differentiates, when all that it computes is on the tape.
 */
export function watchGradients(variables: readonly Variable[], watcher: GradientWatcher): void {
  const watched = new Map(variables.map((variable) => [variable.id, variable]));
  const { activeTape } = tf.engine().state;
  const used = new Set<number>();
  for (const node of activeTape) {
    const inputs = Object.entries(node.inputs).flatMap(([input, { id }]) => {
      const variable = watched.get(id);
      return variable ? [{ input, variable }] : [];
    });
    const { gradient } = node;
    if (inputs.length === 0 || !gradient) continue;
    // The tape is gone through from its end: a variable's first use comes last.
    const unused = inputs.filter(({ variable: { id } }) => !used.has(id));
    const lasts = new Set(new Map(unused.map((use) => [use.variable.id, use])).values());
    for (const { variable } of inputs) used.add(variable.id);
    node.gradient = (upstream) => {
      const gradients = gradient(upstream);
      for (const use of inputs) {
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
