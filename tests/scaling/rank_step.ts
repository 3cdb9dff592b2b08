/**
 * One rank of ranks.ts: `rank_step.ts LIBRARY REQUEST` trains on a batch that ranks divide. The first
 * rank prints what that took as a line of JSON.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- read by ranks.ts
import process from "node:process";
import { resolveConfig } from "../../model/config/presets.ts";
import { startEngine } from "../../model/engine/engine.ts";
import { joinMpi } from "../../model/parallel/mpi.ts";
import { createGradientExchange } from "../../model/train/gradient_exchange.ts";
import { createOptimizer } from "../../model/train/optimizer.ts";
import { planEpoch } from "../../model/train/plan.ts";
import { trainStep } from "../../model/train/step.ts";
import { createModel } from "../../model/zoo/systems.ts";
import { collate } from "../../pipeline/dataset/documents.ts";
import { timeOnce } from "../../tasks/bench/measure.ts";
import {
  createDocuments,
  createInputs,
  MIMIC_VOCABULARY,
  type Workload,
} from "../../tasks/bench/workload.ts";

/** What a rank is to do. */
export interface StepsRequest {
  readonly workload: Workload;
  /** Timed steps, behind one that is not. */
  readonly steps: number;
}

/** What the ranks found together. */
export interface StepsResult {
  readonly parameters: number;
  /** Seconds of each step by the clock. */
  readonly seconds: readonly number[];
  /** Each rank's seconds of the processor in a step, all threads together. */
  readonly processor: readonly number[];
  /** Each rank's seconds in a step at the end of which it waited for the others' gradients. */
  readonly waited: readonly number[];
  /** Seconds of sums of all gradients at once, with nothing beside them. */
  readonly sums: readonly number[];
}

const SUMS = 8;

const [library, request] = Deno.args as [string, string];
const { workload, steps }: StepsRequest = JSON.parse(request);
const ranks = joinMpi(library);
await startEngine();

const { hidden, labels, tokens, documents: batchSize } = workload;
const longest = Math.ceil(tokens * 1.5);
const set = [`model.hidden=${hidden}`, `batchSize=${batchSize}`, `maxTokens=${longest}`];
const config = resolveConfig({ set });
const model = createModel(config, createInputs(labels, MIMIC_VOCABULARY));
const documents = createDocuments(workload);
const planned = planEpoch(model, documents, config, 0, ranks)[0]!;
const parts = planned.passes.map((rows) => collate(documents, rows, longest));
const exchange = createGradientExchange(ranks, model.weights.trainable());
const learner = {
  model,
  optimizer: createOptimizer(model.weights, config.optimizer),
  labels,
};
const step = (seed: number) =>
  timeOnce(async () => {
    const division = { ...planned, exchange };
    await trainStep(learner, parts, { seed, learningRate: 1e-4, division });
  });
const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const gradients = new Float32Array(model.weights.parameterCount());
const sums: number[] = [];
for (let i = 0; i < SUMS; i++) sums.push(await timeOnce(() => ranks.sum(gradients).done()));

await step(0); // compiles kernels and fills caches
const before = { processor: processorSeconds(), waited: exchange.waited };
const seconds: number[] = [];
for (let i = 1; i <= steps; i++) seconds.push(await step(i));
const own = Float64Array.of(
  (processorSeconds() - before.processor) / steps,
  (exchange.waited - before.waited) / steps,
);
const all = (await ranks.gather(new Uint8Array(own.buffer)).done())
  .map((bytes) => new Float64Array(bytes.slice().buffer));
const result: StepsResult = {
  parameters: gradients.length,
  seconds,
  processor: all.map(([processor]) => processor!),
  waited: all.map(([, waited]) => waited!),
  sums,
};
if (ranks.rank === 0) console.log(JSON.stringify(result));
ranks.finish();
