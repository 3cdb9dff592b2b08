/**
 * `deno task demo`: the whole line on a synthetic cohort, from notes to a table of metrics.
 *
 * @module
 */
import { join } from "node:path";
import { createCohort } from "../fixtures/mimic3/fixture.ts";
import { resolveConfig } from "../model/config/presets.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { quoteArgument } from "./cli/format.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { createStopwatch } from "./cli/stopwatch.ts";
import { cohortPaths, makeUpCohort, prepareCohort } from "./demo/cohort.ts";
import { declareDemoFlags, type DemoFlags } from "./demo/flags.ts";
import { demoRun, replaceDemoFolder } from "./demo/folder.ts";
import { demoJson, makeDemoRun } from "./demo/run.ts";
import { formatHeadline } from "./report/evaluation.ts";

const about =
  "Makes up a cohort in MIMIC-III's layout, prepares it, trains MARN and evaluates it. Needs nothing.";
const command = declareDemoFlags(createCommand("demo", about)).action(demo);

if (import.meta.main) await runCommand(command, Deno.args);

async function demo(flags: DemoFlags): Promise<void> {
  const config = resolveConfig(flags);
  await createCohort(flags); // what is none is refused before an earlier demo goes
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
