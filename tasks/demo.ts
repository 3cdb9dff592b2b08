/**
 * `deno task demo`: the whole line on a synthetic cohort, from notes to a table of metrics.
 *
 * @module
 */
import { join } from "node:path";
import { type Engine, type EngineName, startEngine } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { resolveConfig } from "../model/config/presets.ts";
import { showProgress } from "./cli/train_progress.ts";
import { openRun } from "../model/run/run.ts";
import { trainRun } from "../model/run/train_run.ts";
import { writeAtomic, writeFailure } from "../pipeline/files/write.ts";
import { type Dataset, openDataset } from "../pipeline/dataset/open.ts";
import { UsageError } from "../pipeline/errors.ts";
import {
  collect,
  createCommand,
  integer,
  InvalidArgumentError,
  Option,
  runCommand,
} from "./cli/command.ts";
import { cohortPaths, demoCohort, makeUpCohort, prepareCohort } from "./demo/cohort.ts";
import { evaluate } from "./evaluate.ts";
import { type Interrupts, listenForInterrupts } from "./cli/interrupt.ts";
import { type EvaluationReport, headlineTables, reportNotes } from "./report/evaluation.ts";
import { formatMarkdown } from "./report/table.ts";
import { showStages } from "./cli/progress.ts";
import { showInstall } from "./cli/install_progress.ts";

/** The command line of `deno task demo`, parsed. */
interface DemoOptions {
  readonly out: string;
  readonly admissions: number;
  readonly codes: number;
  readonly length: number;
  readonly seed: number;
  readonly preset: string;
  readonly set?: readonly string[];
  readonly epochs?: number;
  readonly engine: EngineName;
}

const NOTICE =
  "Written by deno task demo, which replaces this folder. All notes in it are made up.\n";

const command = createCommand(
  "demo",
  "Makes up a cohort in MIMIC-III's layout, prepares it, trains MARN and evaluates it. Needs nothing.",
)
  .option("--out <directory>", "folder for all of it; an earlier demo's is replaced", "demo")
  .option("--admissions <number>", "admissions to make up", integer, demoCohort.admissions)
  .option("--codes <number>", "codes that can occur, 50 to 8921", integer, demoCohort.codes)
  .option(
    "--length <scale>",
    "scale of the notes' lengths; 1 is MIMIC-III's",
    scale,
    demoCohort.length,
  )
  .option("--seed <number>", "seed of the cohort and of training", integer, demoCohort.seed)
  .option("--preset <name>", "how to train", "demo")
  .option("--set <key=value>", "change one key of the configuration; may be repeated", collect)
  .option("--epochs <number>", "most passes over the training split", integer)
  .addOption(
    new Option("--engine <name>", "what computes").default("auto")
      .choices(["auto", "tensorflow", "cuda", "wasm"]),
  )
  .action(run);

if (import.meta.main) await runCommand(command, Deno.args);

async function run(options: DemoOptions): Promise<void> {
  const config = resolveConfig(options);
  await clear(options.out);
  const seconds = new Map<string, number>();
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    seconds.set(stage, (performance.now() - start) / 1000);
    return result;
  };
  console.error(`making up ${options.admissions} admissions: no note of this demo is a real one`);
  await timed("cohort", () => makeUpCohort(options.out, options));
  await timed("prepare", () => prepareCohort(options.out, options, showStages()));
  const dataset = await openDataset(join(cohortPaths(options.out).data, "top50"));
  const directory = join(options.out, "run");
  using interrupts = listenForInterrupts();
  const engine = await startEngine({ engine: options.engine, progress: showInstall() });
  console.error(`training ${config.model.name} on ${describeEngine(engine)}`);
  await timed("train", () => trainDemo({ directory, dataset, config, engine }, interrupts));
  const report = await timed("evaluate", () => evaluateDemo(directory, dataset, engine));
  print(report, seconds, directory);
}

/** Makes the demo's folder anew. Throws {@linkcode UsageError} for a folder that is not a demo's. */
async function clear(out: string): Promise<void> {
  const marker = join(out, "DEMO.txt");
  try {
    const entries = [...Deno.readDirSync(out)];
    if (entries.length > 0 && !entries.some(({ name }) => name === "DEMO.txt")) {
      throw new UsageError(
        `starting the demo in ${out}: the folder is there and is not an earlier demo's; ` +
          `expected a new one; choose another --out`,
      );
    }
    await Deno.remove(out, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(out, { recursive: true }).catch((error) => {
    throw writeFailure(out, 4096, error);
  });
  await writeAtomic(marker, NOTICE);
}

async function trainDemo(
  request: Pick<Parameters<typeof trainRun>[0], "directory" | "dataset" | "config" | "engine">,
  interrupts: Interrupts,
): Promise<void> {
  const observers = [showProgress({ epochs: request.config.epochs })];
  const { finished } = await trainRun({ ...request, observers, interrupt: interrupts.signal });
  if (!finished) Deno.exit(interrupts.exitCode);
}

async function evaluateDemo(
  directory: string,
  dataset: Dataset,
  engine: Engine,
): Promise<EvaluationReport> {
  const run = await openRun(directory);
  const options = { split: ["test"], baselines: true, bootstrap: 1000 } as const;
  return await evaluate(options, { run, dataset, engine: describeEngine(engine) });
}

function print(report: EvaluationReport, seconds: Map<string, number>, run: string): void {
  const total = seconds.values().reduce((sum, value) => sum + value, 0);
  const stages = [...seconds, ["in all", total] as const]
    .map(([stage, value]) => `${stage} ${value.toFixed(0)} s`);
  console.log([
    ...reportNotes(report),
    "",
    ...headlineTables(report).map(formatMarkdown),
    `${stages.join(", ")}; every metric: ${join(run, "report.md")}`,
  ].join("\n"));
}

function scale(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number <= 10)) throw new InvalidArgumentError("expected a number above 0");
  return number;
}
