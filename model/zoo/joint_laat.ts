/**
 * JointLAAT (Vu et al. 2020): LAAT on two levels of the code hierarchy. The part of a code before its
 * point is predicted first, and a projection of those predictions joins what each full code attended
 * to. The loss weighs the levels by their numbers of labels.
 *
 * Differs from the release as LAAT does.
 *
 * @module
 */
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { createLinear } from "../layers/linear.ts";
import { createLoss } from "../loss.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model, TokenBatch } from "../model.ts";
import { inference, type Mode } from "../layers/positions.ts";
import { Weights } from "../layers/weights.ts";
import type { System, SystemSettings } from "../system.ts";
import { embedSchemas } from "./embed.ts";
import {
  createBiLstm,
  createLevel,
  type LaatOptions,
  laatPresets,
  laatSchemas,
  laatTraining,
  laatWords,
  levelAttention,
  levelLogits,
} from "./laat.ts";
import { count } from "./option_schemas.ts";

/** Options of JointLAAT. */
export interface JointLaatOptions extends LaatOptions {
  /** Width of the first level's summary. */
  readonly projection: number;
}

/** LAAT on two levels of the codes: before the point, and whole. */
export const jointLaat: System<JointLaatOptions> = {
  name: "joint-laat",
  title: "JointLAAT",
  schemas: { ...laatSchemas, projection: count, ...embedSchemas },
  options: { hidden: 256, attention: 256, projection: 128, ...laatWords },
  training: laatTraining,
  presets: laatPresets,
  create: createJointLaat,
};

function createJointLaat(settings: SystemSettings<JointLaatOptions>, inputs: ModelInputs): Model {
  const { model, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const encode = createBiLstm(weights, model, inputs);
  const { parents, parentOf } = firstLevel(inputs.labels[target].map(({ code }) => code));
  const labels = parentOf.length;
  const lower = createLevel(weights, 0, model, parents.length);
  const projection = weights.scope("attention.projection_linears.0");
  const project = createLinear(projection, parents.length, model.projection, { bias: false });
  const upper = createLevel(weights, 1, model, labels, model.projection);
  const lossOf = createLoss(loss);

  /** Logits of the codes' parents [B, parents] and of the codes [B, labels]. */
  const bothLevels = (batch: TokenBatch, mode: Mode) => {
    const states = encode(batch, mode); // [B, T, 2u]
    const first = levelLogits(lower, states, batch);
    const summary = tf.sigmoid(project(tf.sigmoid(first))); // [B, projection]
    const columns = tf.slice(upper.score, [0, 2 * model.hidden], [labels, model.projection]);
    const fromFirst = tf.matMul(summary, columns, false, true); // [B, labels]
    return { first, second: tf.add(levelLogits(upper, states, batch), fromFirst) };
  };

  return {
    tasks: [target],
    weights,
    logits: (batch, mode) => ({ [target]: tf.tidy(() => bothLevels(batch, mode).second) }),
    loss: (batch, targets, mode) =>
      tf.tidy(() => {
        const { first, second } = bothLevels(batch, mode);
        const truth = targets[target]!;
        const above = lossOf(first, parentTargets(truth, parentOf, parents.length));
        return meanLoss([above, parents.length], [lossOf(second, truth), labels]);
      }),
    attention: (batch, _task, chosen) =>
      tf.tidy(() => {
        const states = encode(batch, inference);
        return levelAttention(upper, states, batch, chosen);
      }),
  };
}

/** The mean over the labels of both levels, from each level's mean and how many labels it has. */
function meanLoss(
  [first, parents]: readonly [Scalar, number],
  [second, labels]: readonly [Scalar, number],
): Scalar {
  return tf.div(tf.add(tf.mul(first, parents), tf.mul(second, labels)), parents + labels);
}

/**
 * The first level of a list of codes: the parts before the point, in the order of their first codes,
 * and each code's place among them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const { parents, parentOf } = firstLevel(["428.0", "038.9", "428.1"]);
 * assert.deepEqual(parents, ["428", "038"]);
 * assert.deepEqual([...parentOf], [0, 1, 0]);
 * ```
 */
export function firstLevel(
  codes: readonly string[],
): { parents: string[]; parentOf: Int32Array } {
  const places = new Map<string, number>();
  const parentOf = Int32Array.from(codes, (code) => {
    const parent = code.split(".", 1)[0]!;
    const place = places.get(parent) ?? places.size;
    places.set(parent, place);
    return place;
  });
  return { parents: [...places.keys()], parentOf };
}

/** A parent is present where one of its codes is: [B, L] → [B, parents]. */
function parentTargets(targets: Tensor, parentOf: Int32Array, parents: number): Tensor {
  if (parents === 1) return tf.max(targets, 1, true); // oneHot takes no depth of 1
  const membership = tf.cast(tf.oneHot(tf.tensor1d(parentOf, "int32"), parents), "float32");
  return tf.minimum(tf.matMul(targets, membership), 1);
}
