/**
 * `deno task reproduce`: a table or figure of the paper, trained and evaluated here, beside the paper's
 * numbers.
 *
 * @module
 */
import { join } from "node:path";
import type { Engine, EngineName } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import type { Metric } from "../model/metrics/names.ts";
import { counted, formatDuration, quoteArgument, stripControls } from "./cli/format.ts";
import { writeAtomic, writeFailure } from "../pipeline/files/write.ts";
import type { Dataset } from "../pipeline/dataset/open.ts";
import { ReportedError, UsageError } from "../pipeline/errors.ts";
import { openEngine } from "./cli/engine.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { integer } from "./cli/values.ts";
import { ensureDemoCohort } from "./demo/cohort.ts";
import { presetOption, setOption } from "./cli/config_options.ts";
import { anyEngineOption, engineOption, ignoreMemoryOption } from "./cli/options.ts";
import { type Interrupts, listenForInterrupts } from "./cli/interrupt.ts";
import { metricTitle } from "./report/metrics.ts";
import { chooseDataset, chooseExperiment, requireLabels } from "./reproduce/choose.ts";
import { executeRun } from "./reproduce/execute.ts";
import { createForecast, type Forecast } from "./reproduce/forecast.ts";
import { describe, isComparable, type Setting } from "./reproduce/notes.ts";
import { planMarn, type PlannedRun, planRuns } from "./reproduce/plan.ts";
import { percent, readResult, type RunResult } from "./reproduce/result.ts";
import { readStatus, runDirectory } from "./reproduce/status.ts";
import { type FailedRun, renderSummary, summarize } from "./reproduce/summary.ts";
import { showProgress } from "./cli/progress.ts";

/** The command line of `deno task reproduce`, parsed. */
interface Flags {
  readonly table?: number;
  readonly figure?: number;
  readonly data?: string;
  readonly out: string;
  readonly seeds: number;
  readonly models?: string;
  readonly preset?: string;
  readonly set?: readonly string[];
  readonly engine: EngineName;
  readonly anyEngine?: true;
  readonly ignoreMemory?: true;
  readonly dryRun?: true;
}

const command = createCommand("reproduce", "Trains and evaluates a table or figure of the paper.")
  .option("--table <number>", "1 to 6", integer)
  .option("--figure <number>", "8, 12 or 13", integer)
  .option(
    "--data <directory>",
    "dataset directory, or the one that holds top50/ and full/ (default: the demo's synthetic cohort)",
  )
  .option("--out <directory>", "folder of the runs and tables", "reproduce")
  .option("--seeds <number>", "runs of every row", integer, 1)
  .option("--models <names>", "these systems or rows alone, joined by commas")
  .addOption(presetOption("by the dataset, small unless it is MIMIC-III"))
  .addOption(setOption("change a key in every run whose system has it; may be repeated"))
  .addOption(engineOption())
  .addOption(anyEngineOption("go on with runs that were begun on another engine"))
  .addOption(ignoreMemoryOption())
  .option("--dry-run", "show the runs and what they would cost, and stop")
  .action(reproduce);

if (import.meta.main) await runCommand(command, Deno.args);

/** What the parts of one reproduction share. */
interface Context extends Omit<Setting, "engine"> {
  readonly engine: Engine;
  readonly flags: Flags;
  readonly marn: readonly PlannedRun[];
}

async function reproduce(flags: Flags): Promise<void> {
  const context = await plan(flags);
  using interrupts = listenForInterrupts();
  const forecast = await announce(context, interrupts);
  if (flags.dryRun) return;
  const failed = await runMissing(context, forecast, interrupts);
  console.log(await writeTables(context, failed));
  if (failed.length > 0) {
    console.error(
      `error: reproducing ${context.experiment.id}: ${failed.length} of ${context.runs.length} runs ` +
        `failed, the others stand; run the same command again to retry those`,
    );
    Deno.exit(failed[0]!.exitCode);
  }
}

/** What can be refused is refused here, before anything is trained. */
async function plan(flags: Flags): Promise<Context> {
  const { seeds, set = [] } = flags;
  const experiment = chooseExperiment(flags);
  if (seeds < 1) throw new UsageError(`reading --seeds ${seeds}: expected 1 or more`);
  const dataset = await chooseDataset(flags.data ?? await demoData(flags.out), experiment);
  const preset = flags.preset ?? defaultPreset(dataset);
  const options = { preset, seeds, set, dataset: dataset.hash };
  const runs = planRuns(experiment, options);
  requireLabels(experiment, runs, dataset);
  const marn = planMarn(experiment, options);
  const engine = await openEngine(flags.engine);
  return { flags, experiment, dataset, preset, set, seeds, runs, marn, engine };
}

/** The demo's cohort, kept with the runs. */
async function demoData(out: string): Promise<string> {
  console.error("no --data given: taking the demo's cohort, all of whose notes are made up");
  return await ensureDemoCohort(join(out, "cohort"), showProgress());
}

function defaultPreset({ manifest }: Dataset): string {
  if (manifest.options.source !== "mimic3" || manifest.synthetic) return "small";
  return manifest.labelSet === "full" ? "mimic3-full" : "mimic3-50";
}

/** Says what there is to do, and measures what it will cost. */
async function announce(context: Context, interrupts: Interrupts): Promise<Forecast> {
  const { experiment, dataset, runs, engine, flags } = context;
  const { train, dev, test } = dataset.manifest.documents;
  console.error(
    `${experiment.title}: ${
      counted(runs.length, "run")
    }, on ${dataset.directory} (${train} train, ${dev} dev, ` +
      `${test} test documents), engine ${describeEngine(engine)}`,
  );
  const forecast = createForecast(dataset);
  for (const run of runs) {
    const status = await readStatus(flags.out, run);
    const seconds = await forecast.add(run, status);
    console.error(`  ${runTitle(run)}: ${formatStatus(status, run)}${formatSeconds(seconds)}`);
    await stopIfInterrupted(context, interrupts);
  }
  const seconds = forecast.left();
  if (seconds > 0) {
    console.error(
      `about ${formatDuration(seconds)} in all by steps measured here, less where training stops ` +
        `early; ${(forecast.bytes() / 1e9).toFixed(2)} GB of checkpoints`,
    );
  }
  return forecast;
}

function formatStatus(status: Awaited<ReturnType<typeof readStatus>>, { config }: PlannedRun) {
  switch (status.stage) {
    case "finished":
      return "finished";
    case "trained":
      return "trained, to be evaluated";
    case "begun":
      return `begun, goes on in epoch ${status.state.epoch + 1} of ${config.epochs}`;
    case "new":
      return `to be trained, ${counted(config.epochs, "epoch")}`;
  }
}

function formatSeconds(seconds: number): string {
  return seconds > 0 ? `, about ${formatDuration(seconds)}` : "";
}

/** `CNN, seed 1`. */
function runTitle({ rows, config }: PlannedRun): string {
  return `${rows.join(" and ")}, seed ${config.seed}`;
}

/** A run that failed, and with which exit code. */
interface Failure extends FailedRun {
  readonly exitCode: number;
}

/** Executes what has no result yet. A run that fails is noted, and the others go on. */
async function runMissing(
  context: Context,
  forecast: Forecast,
  interrupts: Interrupts,
): Promise<Failure[]> {
  const { flags: { out, anyEngine, ignoreMemory }, dataset, engine, runs } = context;
  const { columns } = context.experiment;
  const failed: Failure[] = [];
  for (const [at, run] of runs.entries()) {
    const place = `[${at + 1}/${runs.length}]`, title = runTitle(run);
    if (await readResult(runDirectory(out, run))) {
      console.error(`${place} ${title}: finished before`);
      continue;
    }
    const expected = forecast.of(run);
    console.error(
      `${place} ${title}: about ${formatDuration(expected)}, ` +
        `${formatDuration(forecast.left())} left in all`,
    );
    const begun = performance.now();
    try {
      const result = await executeRun(run, {
        ...{ dataset, engine, out, interrupt: interrupts.signal },
        ...{ anyEngine: anyEngine ?? false, ignoreMemory: ignoreMemory ?? false },
        write: (line) => console.error(`${place} ${line}`),
      });
      if (result) {
        const seconds = (performance.now() - begun) / 1000;
        console.error(
          `${place} ${title}: ${formatResult(result, columns)}; ${formatDuration(seconds)}`,
        );
      }
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      failed.push({ run, failure: error.message, exitCode: error.exitCode });
      console.error(stripControls(`${place} ${title} failed: ${error.message}`));
    }
    forecast.done(run, (performance.now() - begun) / 1000);
    // Whatever happens later, there is a table of what is finished.
    await writeTables(context, failed);
    await stopIfInterrupted(context, interrupts);
  }
  return failed;
}

function formatResult(result: RunResult, columns: readonly Metric[]): string {
  const values = columns.map((metric) =>
    `${metricTitle(metric)} ${percent(result, metric).toFixed(1)}`
  );
  return `${values.join(", ")} on ${result.split} after ${counted(result.epochs, "epoch")}`;
}

/** Ends the process after an interrupt, saying how to go on. */
async function stopIfInterrupted(
  { runs, flags }: Context,
  { exitCode }: Interrupts,
): Promise<void> {
  if (exitCode === undefined) return;
  const results = await Promise.all(runs.map((run) => readResult(runDirectory(flags.out, run))));
  console.error(
    `stopped with ${results.filter((result) => result).length} of ${runs.length} runs finished; ` +
      `go on with the same command: deno task reproduce ${Deno.args.map(quoteArgument).join(" ")}`,
  );
  Deno.exit(exitCode);
}

/** Writes the table of what is finished, as Markdown (which is returned) and as JSON. */
async function writeTables(context: Context, failed: readonly FailedRun[]): Promise<string> {
  const { experiment, dataset, runs, marn, preset, set, engine, flags: { out } } = context;
  const finished = async (some: readonly PlannedRun[]) => {
    const results = await Promise.all(some.map((run) => readResult(runDirectory(out, run))));
    return some.flatMap((run, at) => results[at] ? [{ run, result: results[at] }] : []);
  };
  const comparable = isComparable(experiment, dataset);
  const rows = summarize(experiment, await finished(runs), await finished(marn), comparable);
  const notes = describe({ ...context, engine: describeEngine(engine) }, rows);
  const markdown = renderSummary(experiment, rows, failed, notes);
  const record = {
    ...{ format: "marn-reproduction", version: 1, experiment: experiment.id, comparable },
    dataset: { directory: dataset.directory, hash: dataset.hash },
    ...{ preset, set, engine: describeEngine(engine), notes, columns: experiment.columns, rows },
    failed: failed.map(({ run: { name, rows }, failure }) => ({ name, rows, failure })),
  };
  await Deno.mkdir(out, { recursive: true }).catch((error) => {
    throw writeFailure(out, 4096, error);
  });
  const write = (extension: string, text: string) =>
    writeAtomic(join(out, `${experiment.id}.${extension}`), text);
  await write("json", `${JSON.stringify(record, null, 2)}\n`);
  await write("md", markdown);
  return markdown;
}
