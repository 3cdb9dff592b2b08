/**
 * `deno task export`: a run or a dataset → a folder that other programs open.
 *
 * @module
 */
import { exportRun } from "../model/export/export_run.ts";
import type { TablesTarget } from "../model/export/export_tables.ts";
import { openRun, type Run } from "../model/run/run.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { UsageError } from "../pipeline/errors.ts";
import { requireOutside } from "../pipeline/files/output_places.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { type ExportTarget, formatOption } from "./export/format_option.ts";
import { exportReadme } from "./export/readme.ts";
import { restrictedNote } from "./report/restricted.ts";

interface Flags {
  readonly run?: string;
  readonly data?: string;
  readonly to: ExportTarget;
  readonly out: string;
  readonly force?: true;
}

const command = createCommand("export", "Writes a run or a dataset for other programs.")
  .option("--run <directory>", "run directory that deno task train wrote")
  .option("--data <directory>", "dataset directory instead, to parquet")
  .addOption(formatOption())
  .requiredOption("--out <directory>", "the folder to make")
  .option("--force", "replace an earlier export in its place")
  .action(exportTo);

if (import.meta.main) await runCommand(command, Deno.args);

async function exportTo(flags: Flags): Promise<void> {
  const { run: directory, data, to, out } = flags;
  const force = flags.force ?? false;
  if (
    (directory === undefined) === (data === undefined) || (data !== undefined && to !== "parquet")
  ) {
    throw new UsageError(
      "exporting: expected --run, or --data with --to parquet; name one of them",
    );
  }
  await requireOutside((directory ?? data)!, [out]);
  using progress = showProgress();
  if (to === "parquet") {
    return await exportTables(flags, { directory: out, replace: force, progress });
  }
  const run = await openChecked(directory!);
  const { title, source } = await exportRun(run, {
    format: to,
    directory: out,
    replace: force,
    readme: (description) => exportReadme(to, description),
    progress,
  });
  if (source.restricted) say(restrictedNote({ source: source.data }));
  print(`${title} for ${to} in ${out}: its README.md shows how it is opened`);
}

async function exportTables({ run, data }: Flags, target: TablesTarget): Promise<void> {
  // DuckDB is loaded where it is needed alone.
  const { exportDataset, exportPredictions } = await import("../model/export/export_tables.ts");
  const files = data === undefined
    ? await exportPredictions(await openChecked(run!), target)
    : await exportDataset(await openDataset(data), target);
  print(`${files.join(", ")} in ${target.directory}`);
}

async function openChecked(directory: string): Promise<Run> {
  const run = await openRun(directory);
  sayWhatIsUnchecked(run);
  return run;
}
