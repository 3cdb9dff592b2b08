/**
 * What a training would build and take, before anything is trained: its tensors, its memory, its
 * batches. All of it comes from what training itself does first.
 *
 * @module
 */
import { countCut } from "../../pipeline/dataset/documents.ts";
import { perTask } from "../../pipeline/schema.ts";
import type { Weight } from "../layers/weights.ts";
import { planModelPasses } from "../passes.ts";
import { estimateMemory, type StepMemory } from "../train/memory.ts";
import { createOptimizer } from "../train/optimizer.ts";
import { readDocuments } from "./read_documents.ts";
import { buildModel } from "./restore.ts";
import type { RunSettings } from "./run.ts";
import { measuresMemory, requireTasks } from "./train_run.ts";

/** A tensor of a model, trained or not. */
export interface DescribedTensor {
  /** As in `state_dict()`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** How many numbers it holds. */
  readonly values: number;
  readonly trained: boolean;
}

/** What a training would build and take, had it begun. */
export interface Description {
  /** In the order of the layers. */
  readonly tensors: readonly DescribedTensor[];
  /** Trained parameters. */
  readonly parameters: number;
  /** Bytes. */
  readonly memory: {
    readonly weights: number;
    /** Both moments of each trained parameter. */
    readonly optimizer: number;
    /** Beside these; undefined where the engine computes on a device. */
    readonly step: StepMemory | undefined;
  };
  /** One epoch over the training split. */
  readonly epoch: {
    readonly documents: number;
    /** Of these, those that are longer than what is read. */
    readonly cut: number;
    readonly steps: number;
    /** Forward and backward passes: more than steps where batches are split. */
    readonly passes: number;
  };
}

/** Bytes of a number. */
const FLOAT = 4;

/**
 * Builds the model and its optimiser, estimates a step, and lets go of both.
 *
 * @throws {UsageError} where the dataset has no labels of a task.
 * @throws {ReportedError} as the dataset and the system's own files do.
 */
export async function describeTraining(
  { config, dataset, engine }: RunSettings,
): Promise<Description> {
  requireTasks(config, dataset);
  using documents = await readDocuments(config, dataset, "train");
  const model = await buildModel(config, dataset);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  try {
    const labels = perTask((task) => dataset.labels[task].length);
    const tensors = model.weights.all().map(describeTensor);
    const plan = planModelPasses(model, documents, config, 0);
    const parameters = model.weights.parameterCount();
    return {
      tensors,
      parameters,
      memory: {
        weights: FLOAT * tensors.reduce((sum, { values }) => sum + values, 0),
        optimizer: 2 * FLOAT * parameters,
        step: measuresMemory(engine)
          ? await estimateMemory(model, config, documents, labels)
          : undefined,
      },
      epoch: {
        documents: documents.count,
        cut: countCut(documents, config.maxTokens),
        steps: plan.length,
        passes: plan.flat().length,
      },
    };
  } finally {
    optimizer.dispose();
    model.weights.dispose();
  }
}

function describeTensor({ name, variable, trainable }: Weight): DescribedTensor {
  return { name, shape: variable.shape, values: variable.size, trained: trainable };
}
