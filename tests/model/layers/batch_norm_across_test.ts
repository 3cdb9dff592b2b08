/** Batch norm whose statistics are those of two ranks' tokens, against one that has all of them. */
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createBatchNorm } from "../../../model/layers/batch_norm.ts";
import type { AcrossRanks } from "../../../model/layers/positions.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, batchOf, noise } from "../../_support/layers.ts";

const LENGTHS = [7, 2, 5, 4];
const WIDTH = 7;
const CHANNELS = 5;

interface Result {
  readonly y: Tensor;
  readonly dx: Tensor;
  readonly dWeight: Tensor;
  readonly dBias: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** A batch norm's values, gradients and statistics on some of four documents. */
function run(rows: readonly number[], across?: AcrossRanks): Result {
  const weights = new Weights(1);
  const norm = createBatchNorm(weights.scope("bn"), CHANNELS, { tanh: true });
  const names = ["weight", "bias", "running_mean", "running_var"];
  const [weight, bias, mean, variance] = names.map((name) => weights.get(`bn.${name}`).variable);
  weight!.assign(tf.add(1, noise([CHANNELS], 3)));
  const pick = (all: Tensor) => tf.gather(all, [...rows]);
  const x = pick(noise([4, WIDTH, CHANNELS], 1));
  const dy = pick(noise([4, WIDTH, CHANNELS], 2));
  const { mask } = batchOf(rows.map((row) => LENGTHS[row]!), WIDTH);
  let y: Tensor | undefined;
  const loss = (x: Tensor) => {
    y = tf.keep(norm(x, mask, { training: true, seed: 0, across }));
    return tf.sum(tf.mul(y, dy));
  };
  const [dx, dWeight, dBias] = tf.grads((x) => loss(x!))([x, weight!, bias!]);
  return {
    y: y!,
    dx: dx!,
    dWeight: dWeight!,
    dBias: dBias!,
    mean: tf.clone(mean!),
    variance: tf.clone(variance!),
  };
}

/**
 * What ranks come to that cannot wait for each other: all are run again, with what the others have
 * brought before, until that is what they bring.
 */
function runRanks(parts: readonly { readonly rows: readonly number[]; readonly idle?: boolean }[]) {
  const brought: Float32Array[][] = parts.map(() => []);
  const runAll = () =>
    parts.map(({ rows, idle = false }, rank) => {
      let call = 0;
      const gather = (own: Float32Array) => {
        brought[rank]![call] = own.slice();
        const all = brought.map((calls) => calls[call] ?? own);
        call++;
        return all;
      };
      return run(rows, { gather, idle });
    });
  runAll(); // each brings its own statistics,
  runAll(); // then the sums of its gradients by those of all
  return runAll();
}

function requireWhole(found: readonly Result[], rows: readonly (readonly number[])[]): void {
  const whole = run([0, 1, 2, 3]);
  found.forEach((part, rank) => {
    for (const name of ["y", "dx"] as const) {
      assertClose(part[name], tf.gather(whole[name], [...rows[rank]!]), 1e-5, `${rank} ${name}`);
    }
    for (const name of ["mean", "variance"] as const) {
      assertClose(part[name], whole[name], 1e-6, `${rank} ${name}`);
    }
  });
  for (const name of ["dWeight", "dBias"] as const) {
    assertClose(tf.addN(found.map((part) => part[name])), whole[name], 1e-5, name);
  }
}

onEveryEngine("over two ranks a batch norm is that of the whole batch", () => {
  const rows = [[0, 3], [1, 2]];
  requireWhole(runRanks(rows.map((rows) => ({ rows }))), rows);
});

onEveryEngine("a rank without documents counts for nothing", () => {
  const [busy, idle] = runRanks([{ rows: [0, 1, 2, 3] }, { rows: [1], idle: true }]);
  requireWhole([busy!], [[0, 1, 2, 3]]);
  assertClose(idle!.mean, busy!.mean, 0, "mean");
});
