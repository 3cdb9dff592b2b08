/**
 * `deno task reproduce`: a table or figure of the paper, trained and evaluated here, beside the paper's
 * numbers.
 *
 * @module
 */
import { join } from "node:path";
import { type Engine, startEngine } from "../model/engine/engine.ts";
import { presets } from "../model/presets.ts";
import { formatDuration } from "../model/progress.ts";
import { writeAtomic } from "../pipeline/atomic.ts";
import { type Dataset, openDataset } from "../pipeline/dataset.ts";
import { ReportedError, ResourceError, UsageError } from "../pipeline/errors.ts";
import { collect, createCommand, integer, runCommand } from "./command.ts";
import { ensureDemoCohort } from "./demo/cohort.ts";
import { type Interrupts, listenForInterrupts } from "./interrupt.ts";
import { estimateSeconds } from "./reproduce/cost.ts";
import { evaluatedSplit, executeRun, readResult, type RunResult } from "./reproduce/execute.ts";
import { type Experiment, experiments, withSystems } from "./reproduce/experiments.ts";
import { type PlannedRun, planRuns } from "./reproduce/plan.ts";
import { type FailedRow, renderSummary, summarize } from "./reproduce/summary.ts";
import { showStages } from "./stages.ts";

interface Flags {
  readonly table?: number;
  readonly figure?: number;
  readonly data?: string;
  readonly out: string;
  readonly seeds: number;
  readonly models?: string;
  readonly preset?: string;
  readonly set?: readonly string[];
  readonly dryRun?: true;
}

const command = createCommand("reproduce", "Trains and evaluates a table or figure of the paper.")
  .option("--table <number>", "1 to 6", integer)
  .option("--figure <number>", "8, 12 or 13", integer)
  .option("--data <directory>", "dataset directory (default: the demo's synthetic cohort)")
  .option("--out <directory>", "folder of the runs and tables", "reproduce")
  .option("--seeds <number>", "runs of every row", integer, 1)
  .option("--models <names>", "these systems alone, joined by commas")
  .option(
    "--preset <name>",
    `${Object.keys(presets).join(", ")} (default: by the dataset, small unless it is MIMIC-III)`,
  )
  .option(
    "--set <key=value>",
    "change a key of every run's configuration; may be repeated",
    collect,
  )
  .option("--dry-run", "show the runs and what they would cost, and stop")
  .action(reproduce);

if (import.meta.main) await runCommand(command, Deno.args);

async function reproduce(flags: Flags): Promise<void> {
  const experiment = chooseExperiment(flags);
  const engine = await startEngine();
  const data = flags.data ?? join(await demoData(flags.out), experiment.labelSet);
  const dataset = await openDataset(data);
  const runs = planRuns(experiment, {
    preset: flags.preset ?? defaultPreset(dataset),
    seeds: flags.seeds,
    set: flags.set ?? [],
    dataset: dataset.hash,
  });
  const results = await finishedResults(runs, flags.out);
  await announce(experiment, runs, results, dataset, engine);
  if (flags.dryRun) return;
  using interrupts = listenForInterrupts();
  const failures = await runMissing(runs, results, { dataset, engine, flags, interrupts });
  await writeTables(experiment, runs, results, failures, { dataset, engine, flags });
  if (failures.size > 0) {
    throw new ResourceError(
      `reproducing ${experiment.id}: ${failures.size} of ${runs.length} runs failed ` +
        `(${[...failures.keys()].map(({ row }) => row).join(", ")}); ` +
        `the others stand; run the same command again to retry those`,
    );
  }
}

/** The demo's cohort, kept with the runs. */
async function demoData(out: string): Promise<string> {
  console.error("no --data given: taking the demo's cohort, all of whose notes are made up");
  return await ensureDemoCohort(join(out, "cohort"), showStages());
}

function chooseExperiment({ table, figure, models }: Flags): Experiment {
  const id = table !== undefined ? `table-${table}` : `figure-${figure}`;
  const found = experiments.find((experiment) => experiment.id === id);
  if (!found || (table === undefined) === (figure === undefined)) {
    throw new UsageError(
      `choosing what to reproduce: expected one of ` +
        `${experiments.map(({ id }) => `--${id.replace("-", " ")}`).join(", ")}`,
    );
  }
  if (models === undefined) return found;
  const chosen = withSystems(found, models.split(","));
  if (chosen.rows.length === 0) {
    throw new UsageError(`reading --models ${models}: no row of ${id} has such a name`);
  }
  return chosen;
}

function defaultPreset({ manifest }: Dataset): string {
  if (manifest.options.source !== "mimic3" || manifest.synthetic) return "small";
  return manifest.labelSet === "full" ? "mimic3-full" : "mimic3-50";
}

/** MIMIC-III with the published split is what the paper's numbers were measured on. */
function isComparable({ manifest }: Dataset): boolean {
  const { source, split } = manifest.options;
  return source === "mimic3" && !manifest.synthetic && split === "published";
}

async function finishedResults(
  runs: readonly PlannedRun[],
  out: string,
): Promise<Map<PlannedRun, RunResult>> {
  const results = new Map<PlannedRun, RunResult>();
  for (const run of runs) {
    const result = await readResult(join(out, "runs", run.name));
    if (result) results.set(run, result);
  }
  return results;
}

/** Says what there is to do, and measures what it will cost. */
async function announce(
  experiment: Experiment,
  runs: readonly PlannedRun[],
  results: ReadonlyMap<PlannedRun, RunResult>,
  dataset: Dataset,
  engine: Engine,
): Promise<void> {
  const { train, dev, test } = dataset.manifest.documents;
  console.error(
    `${experiment.title}: ${runs.length} runs, ${results.size} of them finished, on ` +
      `${dataset.directory} (${train} train, ${dev} dev, ${test} test documents), ` +
      `engine ${engine.description}`,
  );
  const perRow = new Map<string, number>();
  let total = 0;
  for (const run of runs) {
    if (results.has(run)) continue;
    // Every seed of a row costs the same.
    const seconds = perRow.get(run.row) ?? await estimateSeconds(run.config, dataset);
    if (!perRow.has(run.row)) {
      console.error(`  ${run.row}: at most ${formatDuration(seconds)} of training a run`);
    }
    perRow.set(run.row, seconds);
    total += seconds;
  }
  if (total > 0) {
    console.error(`at most ${formatDuration(total)} in all, by one measured step each`);
  }
}

interface Context {
  readonly dataset: Dataset;
  readonly engine: Engine;
  readonly flags: Flags;
}

/** Executes what has no result yet. A run that fails is noted, and the others go on. */
async function runMissing(
  runs: readonly PlannedRun[],
  results: Map<PlannedRun, RunResult>,
  { dataset, engine, flags, interrupts }: Context & { readonly interrupts: Interrupts },
): Promise<Map<PlannedRun, string>> {
  const failures = new Map<PlannedRun, string>();
  for (const [i, run] of runs.entries()) {
    if (results.has(run)) continue;
    console.error(`[${i + 1}/${runs.length}] ${run.row}, seed ${run.config.seed}`);
    const options = { dataset, engine, out: flags.out, interrupt: interrupts.signal };
    try {
      const result = await executeRun(run, options);
      if (result) results.set(run, result);
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      failures.set(run, error.message);
      console.error(`failed: ${error.message}`);
    }
    if (interrupts.exitCode !== undefined) {
      console.error("stopped; the same command goes on from here");
      Deno.exit(interrupts.exitCode);
    }
  }
  return failures;
}

async function writeTables(
  experiment: Experiment,
  runs: readonly PlannedRun[],
  results: ReadonlyMap<PlannedRun, RunResult>,
  failures: ReadonlyMap<PlannedRun, string>,
  { dataset, engine, flags }: Context,
): Promise<void> {
  const byRow = new Map<string, RunResult[]>();
  for (const run of runs) {
    const result = results.get(run);
    if (result) byRow.set(run.row, [...byRow.get(run.row) ?? [], result]);
  }
  const rows = summarize(experiment, byRow, isComparable(dataset));
  const failed: FailedRow[] = [...failures].map(([{ row }, failure]) => ({ name: row, failure }));
  const notes = describe(experiment, runs, { dataset, engine, flags });
  const markdown = renderSummary(experiment, rows, failed, notes);
  const record = { experiment: experiment.id, notes, columns: experiment.columns, rows, failed };
  await Deno.mkdir(flags.out, { recursive: true });
  await writeAtomic(join(flags.out, `${experiment.id}.md`), markdown);
  await writeAtomic(
    join(flags.out, `${experiment.id}.json`),
    `${JSON.stringify(record, null, 2)}\n`,
  );
  console.log(markdown);
}

function describe(
  experiment: Experiment,
  runs: readonly PlannedRun[],
  { dataset, engine, flags }: Context,
): string[] {
  const { manifest } = dataset;
  const kind = manifest.synthetic
    ? "Synthetic notes: no number here says anything about real notes."
    : isComparable(dataset)
    ? "MIMIC-III, published split."
    : "Not MIMIC-III's published split: the paper's numbers do not compare and are left out.";
  const epochs = [...new Set(runs.map(({ config }) => config.epochs))].join(", ");
  const notes = [
    kind,
    `In percent, on the ${evaluatedSplit(dataset)} split, ${flags.seeds} ` +
    `${flags.seeds === 1 ? "seed" : "seeds"}; preset ${flags.preset ?? defaultPreset(dataset)}, ` +
    `at most ${epochs} epochs; F1 at 0.5; engine ${engine.description}. ` +
    `p: paired bootstrap over documents against MARN, of micro-F1 and of P@k.`,
  ];
  if (isComparable(dataset) && manifest.options.ccsLabels !== "paper") {
    notes.push("Prepared with --ccs-labels separate: the paper merged equal category numbers.");
  }
  if (isComparable(dataset) && experiment.paper && "Fusion" in experiment.paper) {
    notes.push("The paper's Fusion was trained on more documents than its other systems.");
  }
  if (experiment.rows.some(({ request }) => request.model === "mdbert")) {
    notes.push(
      "MDBERT without a pretrained checkpoint (model.checkpoint) is a small encoder from scratch.",
    );
  }
  return notes;
}
