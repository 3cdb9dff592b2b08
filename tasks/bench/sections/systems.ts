/**
 * Training and inference of one system as its authors set it, on documents of MIMIC-III's kind.
 *
 * @module
 */
import type { TrainConfig } from "../../../model/config/config.ts";
import type { ModelInputs } from "../../../model/model.ts";
import { type PerTask, perTask } from "../../../pipeline/schema.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { scoreDocuments } from "../../../model/scoring.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { planPasses } from "../../../pipeline/dataset/batches.ts";
import { type Batch, collate, type Documents } from "../../../pipeline/dataset/documents.ts";
import { createRandom, type Random } from "../../../pipeline/random.ts";
import { timeOnce, timeRuns } from "../measure.ts";
import type { SectionRequest } from "../request.ts";
import { randomVectors, type Workload } from "../workload.ts";
import { trainOnce } from "./step.ts";

/** Rows of MIMIC-III's table of word vectors. */
export const MIMIC_VOCABULARY = 51_919;

/** What one system takes. */
export interface SystemFigures {
  /** Trained parameters. */
  readonly parameters: number;
  /** Documents of the timed passes. */
  readonly documents: number;
  /** Documents of a batch. */
  readonly batchSize: number;
  /** Seconds of every inference pass over them. */
  readonly inference: readonly number[];
}

/** Seconds of training passes over documents of `workload.tokens` tokens on average. */
export async function timeSystem({ system, workload, runs }: SectionRequest) {
  const config = resolveConfig({ model: system! });
  const inputs = createInputs(workload.labels);
  const model = createModel(config, inputs);
  const documents = createDocuments(workload, inputs.vocabularySize);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const batches = planParts(documents, config);
  const training = { model, optimizer, labels: workload.labels };
  await trainOnce(training, batches[0]!, 0);
  const seconds: number[] = [];
  let step = 0;
  while (seconds.length < runs) {
    seconds.push(
      await timeOnce(async () => {
        for (const parts of batches) await trainOnce(training, parts, ++step);
      }),
    );
  }
  const inference = await timeRuns(runs, async () => {
    await scoreDocuments(model, documents, config);
  });
  const more: SystemFigures = {
    parameters: model.weights.parameterCount(),
    documents: documents.count,
    batchSize: config.batchSize,
    inference,
  };
  return { seconds, more };
}

/** Whatever any system is built from: 900 parent codes at most, and titles of eight words. */
export function createInputs(
  labels: PerTask<number>,
  vocabularySize = MIMIC_VOCABULARY,
): ModelInputs {
  const random = createRandom(8, "bench titles");
  const codes = (count: number) =>
    Array.from({ length: count }, (_, i) => `${i % 900}.${Math.floor(i / 900)}`);
  const titles = (count: number) =>
    Array.from({ length: count }, () => drawTokens(8, vocabularySize, random));
  return {
    vocabularySize,
    embeddings: randomVectors(vocabularySize),
    labels,
    codes: perTask((task) => codes(labels[task])),
    titles: perTask((task) => titles(labels[task])),
    seed: 1,
  };
}

/** Documents from half to one and a half times `tokens` long, with some of the labels each. */
export function createDocuments(
  { documents: count, tokens, labels }: Workload,
  vocabularySize = MIMIC_VOCABULARY,
): Documents {
  const random = createRandom(9, "bench documents");
  const texts = Array.from({ length: count }, (_, d) => {
    const length = Math.max(1, Math.round(tokens * (0.5 + (d + 0.5) / count)));
    return drawTokens(length, vocabularySize, random);
  });
  const draw = (of: number) =>
    texts.map(() =>
      Int32Array.from({ length: of }, (_, label) => label)
        .filter(() => random.uniform() < Math.min(0.3, 15 / of))
    );
  const drawn = perTask((task) => draw(labels[task]));
  return {
    count,
    lengths: Int32Array.from(texts, ({ length }) => length),
    tokens: (row) => texts[row]!,
    labels: (task, row) => drawn[task][row]!,
  };
}

/** Every batch, longest documents first, as the parts that the trainer would compute it in. */
export function planParts(documents: Documents, config: TrainConfig): Batch[][] {
  return planPasses(documents.lengths, config)
    .map((passes) => passes.map((rows) => collate(documents, rows, config.maxTokens)));
}

function drawTokens(length: number, vocabularySize: number, random: Random): Int32Array {
  return Int32Array.from({ length }, () => 2 + random.below(vocabularySize - 2));
}
