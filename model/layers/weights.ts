/**
 * A model's state: named parameters (trained) and buffers (batch-norm statistics, frozen embeddings).
 * Names and layouts are PyTorch's, so that a checkpoint opens there.
 *
 * @module
 */
import { requireFree } from "../../pipeline/files/free_memory.ts";
import { createRandom, type Random } from "../../pipeline/random.ts";
import { type Tensor, tf, type Variable } from "../engine/tf.ts";

/** Fills `values` (row-major, of `shape`) with a weight's first values. */
export type Initializer = (values: Float32Array, shape: readonly number[], random: Random) => void;

/** A weight, its name, and what training does to it. */
export interface Weight {
  /** Full dotted name, as in `state_dict()`. */
  readonly name: string;
  readonly variable: Variable;
  /** Whether the optimiser updates it. */
  readonly trainable: boolean;
  /**
   * Whether a batch reads some of its rows alone, as of a table of word vectors: other rows have no
   * gradient.
   */
  readonly lookedUp: boolean;
}

/** Its first values are in two places at once: as they are drawn, and as a tensor. */
const COPIES = 2;

/** What becomes of a weight in training; neither by default. */
type WeightUse = Partial<Pick<Weight, "trainable" | "lookedUp">>;

/** All weights of one model, in the order in which its layers declared them. */
export class Weights {
  readonly #weights = new Map<string, Weight>();
  readonly #seed: number;

  /** An empty set of weights; every weight's first values derive from (`seed`, its name). */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * Declares a weight. Throws when the name is taken: two layers would silently share it.
   *
   * @throws {ResourceError} where it does not fit into memory.
   */
  declare(
    name: string,
    shape: readonly number[],
    initialize: Initializer,
    { trainable = false, lookedUp = false }: WeightUse = {},
  ): Variable {
    if (this.#weights.has(name)) throw new Error(`declaring weight ${name}: the name is taken`);
    const size = shape.reduce((product, size) => product * size, 1);
    requireFree(
      COPIES * size * Float32Array.BYTES_PER_ELEMENT,
      `building the model, ${name} of ${shape.join(" × ")}`,
      "choose smaller sizes with --set model.…, or free memory",
    );
    const values = new Float32Array(size);
    initialize(values, shape, createRandom(this.#seed, `weight ${name}`));
    const first = tf.tensor(values, [...shape], "float32");
    // tfjs keeps variables in a global table by name; an undefined name lets models coexist.
    const variable = tf.variable(first, trainable);
    first.dispose();
    this.#weights.set(name, { name, variable, trainable, lookedUp });
    return variable;
  }

  /** A view in which every declared name gets `prefix.` in front; `""` puts nothing there. */
  scope(prefix: string): WeightScope {
    return new WeightScope(this, prefix);
  }

  /** The weight of that name. Throws when there is none. */
  get(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`weight ${name}: not declared by this model`);
    return weight;
  }

  /** Every weight, in declaration order. */
  all(): Weight[] {
    return [...this.#weights.values()];
  }

  /** The weights that the optimiser updates, in declaration order. */
  trainable(): Weight[] {
    return this.all().filter((weight) => weight.trainable);
  }

  /** Number of trained parameters. */
  parameterCount(): number {
    return this.trainable().reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /** Frees every weight. */
  dispose(): void {
    for (const { variable } of this.#weights.values()) variable.dispose();
    this.#weights.clear();
  }
}

/** Declares weights under a common prefix. */
export class WeightScope {
  readonly #weights: Weights;
  readonly #prefix: string;

  /** Use {@linkcode Weights.scope} or {@linkcode WeightScope.scope}. */
  constructor(weights: Weights, prefix: string) {
    this.#weights = weights;
    this.#prefix = prefix;
  }

  #path(name: string): string {
    return this.#prefix === "" ? name : `${this.#prefix}.${name}`;
  }

  /** Declares a trained weight. */
  parameter(name: string, shape: readonly number[], initialize: Initializer): Variable {
    return this.#weights.declare(this.#path(name), shape, initialize, { trainable: true });
  }

  /** Declares a trained weight [V, …] of which every batch reads some rows alone. */
  table(name: string, shape: readonly number[], initialize: Initializer): Variable {
    const use = { trainable: true, lookedUp: true };
    return this.#weights.declare(this.#path(name), shape, initialize, use);
  }

  /** Declares a weight that the optimiser leaves alone: a statistic or a frozen table. */
  buffer(name: string, shape: readonly number[], initialize: Initializer): Variable {
    return this.#weights.declare(this.#path(name), shape, initialize);
  }

  /** A scope below this one. */
  scope(prefix: string): WeightScope {
    return new WeightScope(this.#weights, this.#path(prefix));
  }
}

/** Overwrites a weight with host values of the same size. */
export function assignValues(weight: Weight, values: Float32Array): void {
  const next: Tensor = tf.tensor(values, weight.variable.shape, "float32");
  weight.variable.assign(next);
  next.dispose();
}
