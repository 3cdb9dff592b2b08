/**
 * Tokens and floating-point operations a second of MARN's work, beside what the engine reaches on its
 * largest matrix product.
 *
 * @module
 */
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { createRandom } from "../../pipeline/random.ts";
import { peakMemory, spreadOf, timeOnce, timeRuns } from "./measure.ts";
import type { Found, Pair, PeerWork, Work, WorkResult } from "./process.ts";
import {
  type Column,
  compare,
  comparisonTable,
  mediansOf,
  type ResultRow,
  type ResultTable,
} from "./results.ts";
import type { BenchSession } from "./session.ts";
import { type Workload, workloadTokens } from "./workload.ts";

/** What work on a model finds beside its times. */
export interface Rates {
  /** The largest rate of a matrix product, FLOP/s. */
  readonly matmul: number;
}

/** A piece of work on MARN, on both sides. */
export interface ModelWork {
  /** As tables and progress call it. */
  readonly title: string;
  readonly ours: Work<Rates>;
  readonly theirs: PeerWork;
  readonly workload: Workload;
  /** What it costs in forward passes: a training step three, its backward pass being two. */
  readonly passes: 1 | 3;
}

const columns: readonly Column[] = [
  { key: "work", head: "work", unit: "text" },
  { key: "tokens", head: "tokens/s", unit: "count" },
  { key: "rate", head: "GFLOP/s", unit: "gigaflops" },
  { key: "matmul", head: "largest matmul", unit: "gigaflops" },
  { key: "share", head: "share of it", unit: "percent" },
];

/** Our times beside the peer's, and our rates. */
export async function measureModel(
  session: BenchSession,
  work: ModelWork,
): Promise<{ tables: ResultTable[]; pair: Pair<Rates> }> {
  const { title, ours, theirs, workload } = work;
  const pair = await session.pair({ name: title, ours, theirs, changes: { workload } });
  const tables = [
    comparisonTable([compare(title, pair)]),
    { title: "Model FLOP/s", columns, rows: [describeRates(work, pair.ours)] },
  ];
  return { tables, pair };
}

/**
 * Tokens and operations a second, and the latter's share of the largest matrix product's rate that the
 * same process measured between its runs.
 */
export function describeRates(
  { title, workload, passes }: Pick<ModelWork, "title" | "workload" | "passes">,
  results: readonly WorkResult<Rates>[],
): ResultRow {
  const tokens = workloadTokens(workload);
  const seconds = mediansOf(results);
  const rates = seconds.map((s) => passes * operationsPerToken(workload) * tokens / s);
  return {
    work: title,
    tokens: spreadOf(seconds.map((s) => tokens / s)),
    rate: spreadOf(rates),
    matmul: spreadOf(results.map(({ more }) => more.matmul)),
    share: spreadOf(rates.map((rate, i) => rate / results[i]!.more.matmul)),
  };
}

/** Floating-point operations of MARN's forward pass on one token, its convolutions direct ones. */
export function operationsPerToken({ hidden, labels }: Workload): number {
  const wide = 2 * hidden;
  const half = hidden;
  const quarter = hidden / 2;
  const recurrence = 2 * 2 * 3 * hidden * (100 + hidden);
  const block = (inputs: number, outputs: number) => 2 * 3 * (inputs * outputs + outputs * outputs);
  const ram = block(wide, half) + block(half, quarter) + block(quarter, quarter) +
    block(quarter, half) + block(half, wide);
  const attention = 2 * 2 * wide * (labels.icd + labels.ccs);
  return recurrence + ram + attention;
}

/** One uncounted run, then runs and matrix products in turn, so that both meet the same machine. */
export async function timeModel(
  { documents, tokens }: Workload,
  runs: number,
  work: () => void | Promise<void>,
): Promise<Found<Rates>> {
  await work();
  const seconds: number[] = [];
  const rates: number[] = [];
  let peak = 0; // before the first matrix product
  while (seconds.length < runs) {
    seconds.push(await timeOnce(work));
    if (rates.length === 0) peak = peakMemory();
    rates.push(await measureMatmul(documents * tokens));
  }
  return { seconds, peak, more: { matmul: Math.max(...rates) } };
}

/** The largest rate, in FLOP/s, of a model's products over `tokens` tokens and of a square one. */
async function measureMatmul(tokens: number): Promise<number> {
  const shapes = [[tokens, 1800, 300], [tokens, 600, 600], [2048, 1024, 1024]] as const;
  let best = 0;
  for (const [rows, inner, columns] of shapes) {
    const a = noiseOf([rows, inner]);
    const b = noiseOf([inner, columns]);
    const seconds = await timeRuns(3, () => tf.tidy(() => readOne(tf.matMul(a, b))));
    tf.dispose([a, b]);
    best = Math.max(best, 2 * rows * inner * columns / Math.min(...seconds));
  }
  return best;
}

/** Waits for a tensor by reading one element of it. */
export function readOne(x: Tensor): void {
  tf.tidy(() => void tf.slice(tf.reshape(x, [-1]), [0], [1]).dataSync());
}

/** Uniform deviates from −½ to ½. */
export function noiseOf(shape: readonly number[]): Tensor {
  const random = createRandom(3, "bench noise");
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.uniform() - 0.5), [...shape]);
}
