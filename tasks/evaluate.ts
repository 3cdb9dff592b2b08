/**
 * `deno task evaluate`: a run directory → metrics, predictions and a report in it.
 *
 * @module
 */
import { join } from "node:path";
import { BASELINES } from "../model/baselines/baselines.ts";
import { startEngine } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { evaluateRun, RESAMPLES_SEED } from "../model/run/evaluate_run.ts";
import { writePredictions, writeScores } from "../model/run/predictions.ts";
import { openRun, restoreModel, type Run } from "../model/run/run.ts";
import { writeAtomic } from "../pipeline/files/write.ts";
import { type Dataset, openDataset } from "../pipeline/dataset/open.ts";
import type { Split } from "../pipeline/schema.ts";
import {
  createCommand,
  InvalidArgumentError,
  naturalNumber,
  Option,
  probability,
  runCommand,
  stripControls,
} from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import {
  type EvaluationReport,
  formatReport,
  headlineTables,
  reportNotes,
} from "./report/evaluation.ts";
import { formatMarkdown } from "./report/table.ts";
import { showStages } from "./cli/progress.ts";
import { showInstall } from "./cli/install_progress.ts";

/** The command line of `deno task evaluate`, parsed. */
export interface EvaluateOptions {
  readonly run: string;
  readonly data?: string;
  readonly split: readonly Split[];
  readonly baselines?: boolean;
  readonly scores?: boolean;
  readonly bootstrap: number;
  readonly threshold?: number;
  readonly engine: "auto" | "tensorflow" | "cuda" | "wasm";
}

const command = createCommand(
  "evaluate",
  "Evaluates a run: metrics.json, report.md and predictions/ in its directory.",
)
  .requiredOption("--run <directory>", "run directory that deno task train wrote")
  .option("--data <directory>", "its dataset directory (default: where it was when training began)")
  .option("--split <names>", "some of train, dev and test, joined by commas", parseSplits, [
    "dev",
    "test",
  ])
  .option("--baselines", "evaluate code frequency and bag-of-words logistic regression beside it")
  .option("--scores", "write all probabilities, predictions/<split>.scores.safetensors")
  .option(
    "--bootstrap <number>",
    "resamples for the 95% intervals; 0 for none",
    naturalNumber,
    1000,
  )
  .option("--threshold <number>", "decide by it instead of the one tuned on dev", probability)
  .addOption(
    new Option("--engine <name>", "what computes").default("auto")
      .choices(["auto", "tensorflow", "cuda", "wasm"]),
  )
  .action(run);

if (import.meta.main) await runCommand(command, Deno.args);

async function run(options: EvaluateOptions): Promise<void> {
  const run = await openRun(options.run);
  const dataset = await openDataset(options.data ?? run.dataset.directory);
  const engine = await startEngine({ engine: options.engine, progress: showInstall() });
  using interrupts = listenForInterrupts();
  try {
    const report = await evaluate(
      options,
      { run, dataset, engine: describeEngine(engine) },
      interrupts,
    );
    const tables = headlineTables(report).map(formatMarkdown);
    console.log([...reportNotes(report), "", ...tables].join("\n"));
    console.error(stripControls(`every metric: ${join(run.directory, "report.md")}`));
  } catch (error) {
    if (interrupts.exitCode === undefined) throw error;
    console.error("stopped; nothing of the evaluation was kept but the predictions written so far");
    Deno.exit(interrupts.exitCode);
  }
}

/** Evaluates a run and writes what DESIGN §6 names into its directory. */
export async function evaluate(
  options: Omit<EvaluateOptions, "run" | "data" | "engine">,
  { run, dataset, engine }: { run: Run; dataset: Dataset; engine: string },
  { signal }: { signal?: AbortSignal } = {},
): Promise<EvaluationReport> {
  const { directory, config } = run, { target } = config;
  const systems = await evaluateRun({
    ...{ run, dataset, model: await restoreModel(run, "best"), splits: options.split },
    resamples: options.bootstrap,
    baselines: options.baselines ? BASELINES : [],
    ...(options.threshold !== undefined && { threshold: options.threshold }),
    progress: showStages(),
    ...(signal && { interrupt: signal }),
    async onScores(split, scores, truth) {
      await writePredictions(directory, split, {
        documents: dataset.splits[split],
        labels: dataset.labels[target],
        matrix: scores[target]!,
        truth: truth[target],
      });
      if (options.scores) await writeScores(directory, split, { scores, target });
    },
  });
  const report = { config, engine, manifest: dataset.manifest, systems };
  await writeAtomic(join(directory, "metrics.json"), formatMetrics(run, options.bootstrap, report));
  await writeAtomic(join(directory, "report.md"), formatReport(report));
  return report;
}

/** Undefined values become null. */
function formatMetrics(run: Run, resamples: number, { engine, systems }: EvaluationReport): string {
  const { hash, labelSet, restricted, synthetic } = run.dataset;
  const record = {
    format: "marn-metrics",
    version: 1,
    dataset: { hash, labelSet, restricted, synthetic },
    engine,
    bootstrap: { resamples, seed: RESAMPLES_SEED },
    systems,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

function parseSplits(value: string): readonly Split[] {
  return value.split(",").map((name) => {
    if (name === "train" || name === "dev" || name === "test") return name;
    throw new InvalidArgumentError("expected some of train, dev and test, joined by commas");
  });
}
