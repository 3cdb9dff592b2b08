/**
 * `deno task demo`: the whole line on a synthetic cohort, from notes to a table of metrics.
 *
 * @module
 */
import { join } from "node:path";
import { presets, resolveConfig } from "../model/config/presets.ts";
import type { EngineName } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { epochsOption, setOption } from "./cli/config_options.ts";
import { engineOption, jsonOption, knownOption } from "./cli/options.ts";
import { quoteArgument } from "./cli/format.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { createStopwatch } from "./cli/stopwatch.ts";
import { integer, scale } from "./cli/values.ts";
import {
  type CohortOptions,
  cohortPaths,
  demoCohort,
  makeUpCohort,
  prepareCohort,
} from "./demo/cohort.ts";
import { demoRun, replaceDemoFolder } from "./demo/folder.ts";
import { demoJson, makeDemoRun } from "./demo/run.ts";
import { formatHeadline } from "./report/evaluation.ts";

interface Flags extends CohortOptions {
  readonly out: string;
  readonly preset: string;
  readonly set?: readonly string[];
  readonly epochs?: number;
  readonly engine: EngineName;
  readonly json?: true;
}

const command = createCommand(
  "demo",
  "Makes up a cohort in MIMIC-III's layout, prepares it, trains MARN and evaluates it. Needs nothing.",
)
  .option("--out <directory>", "folder for all of it; an earlier demo's is replaced", "demo")
  .option("--admissions <number>", "admissions to make up", integer, demoCohort.admissions)
  .option("--codes <number>", "codes that can occur, 50 to 8921", integer, demoCohort.codes)
  .option("--length <scale>", "notes' length; 1 is MIMIC-III's", scale, demoCohort.length)
  .option("--seed <number>", "seed of the cohort and of training", integer, demoCohort.seed)
  .addOption(knownOption("--preset <name>", "how to train", Object.keys(presets)).default("demo"))
  .addOption(setOption())
  .addOption(epochsOption())
  .addOption(engineOption())
  .addOption(jsonOption("its metrics and what it took"))
  .action(demo);

if (import.meta.main) await runCommand(command, Deno.args);

async function demo(flags: Flags): Promise<void> {
  const config = resolveConfig(flags);
  await replaceDemoFolder(flags.out);
  using progress = showProgress();
  const stopwatch = createStopwatch();
  say(`making up ${flags.admissions} admissions: no note of this demo is a real one`);
  await stopwatch.time("cohort", () => makeUpCohort(flags.out, flags, progress));
  await stopwatch.time("prepare", () => prepareCohort(flags.out, flags.seed, progress));
  const dataset = await openDataset(join(cohortPaths(flags.out).data, "top50"));
  const directory = demoRun(flags.out);
  using interrupts = listenForInterrupts();
  const engine = await openEngine(flags.engine);
  say(`training ${config.model.name} on ${describeEngine(engine)}`);
  const { signal: interrupt } = interrupts;
  const report = await makeDemoRun({ directory, dataset, config, engine, stopwatch, interrupt });
  if (!report) Deno.exit(interrupts.exitCode);
  if (flags.json) return print(await demoJson(directory, stopwatch));
  print(
    `${formatHeadline(report)}\n${stopwatch.summary()}; ` +
      `every metric: ${join(directory, "report.html")}\n` +
      `code a note with: deno task predict --run ${quoteArgument(directory)} docs/note.txt`,
  );
}
