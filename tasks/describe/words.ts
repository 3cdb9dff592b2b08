/**
 * A training that was not begun, as people read it.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Description } from "../../model/run/description.ts";
import type { StepMemory } from "../../model/train/memory.ts";
import { counted, formatBytes, formatWhole } from "../cli/format.ts";
import { formatStep } from "../cli/train_progress.ts";
import { systemTitle } from "../report/systems.ts";
import { formatPlain } from "../report/table.ts";

/** The tensors as a table; below it parameters, memory and an epoch, a line each. */
export function formatDescription(description: Description, config: TrainConfig): string {
  const { tensors, parameters, memory } = description;
  const table = formatPlain({
    title: `${systemTitle(config)}, its tensors`,
    columns: ["tensor", "shape", "numbers", "trained"],
    rows: tensors.map(({ name, shape, values, trained }) => [
      name,
      `${shape.join(" × ")}`,
      formatWhole(values),
      trained ? "yes" : "no",
    ]),
  });
  const all = tensors.reduce((sum, { values }) => sum + values, 0);
  const kept = [
    `weights ${formatBytes(memory.weights)}`,
    `Adam's moments ${formatBytes(memory.optimizer)}`,
  ];
  return [
    table,
    `parameters: ${formatWhole(parameters)} trained, ${formatWhole(all - parameters)} not ` +
    "(frozen word vectors, statistics of batch norm)",
    `memory: ${kept.join(", ")}${memory.step ? `, ${formatStep(memory.step)}` : ""}`,
    ...(memory.step ? [formatFit(memory.step, config)] : []),
    formatEpoch(description, config),
  ].join("\n");
}

function formatFit({ shape, available, fittingTokens }: StepMemory, config: TrainConfig): string {
  const documents = Math.floor(fittingTokens / shape.width);
  const free = `${formatBytes(available)} are free`;
  if (documents === 0) return `fits: ${free}, not enough for one document of ${shape.width} tokens`;
  return `fits: ${free}, enough for a batch of ${counted(documents, "document")} of ` +
    `${formatWhole(shape.width)} tokens in one pass; a batch of more than ` +
    `${formatWhole(config.microTokens)} tokens (microTokens) is computed in several`;
}

function formatEpoch({ epoch }: Description, { batchSize, maxTokens }: TrainConfig): string {
  const { documents, cut, steps, passes } = epoch;
  return `epoch: ${formatWhole(documents)} documents in ${counted(steps, "step")} of ` +
    `${batchSize} at most, in ${formatWhole(passes)} passes; ` +
    `${formatWhole(cut)} are cut at ${formatWhole(maxTokens)} tokens`;
}
