/**
 * `deno task export`: a run directory → a folder that other programs open.
 *
 * @module
 */
import { EXPORT_FORMATS, type ExportFormat, exportRun } from "../model/export/export_run.ts";
import { openRun } from "../model/run/run.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { choiceOption, runOption } from "./cli/options.ts";
import { print, say } from "./cli/print.ts";
import { exportReadme } from "./export/readme.ts";
import { restrictedNote } from "./report/restricted.ts";

interface Flags {
  readonly run: string;
  readonly to: ExportFormat;
  readonly out: string;
  readonly force?: true;
}

const about =
  "Writes a run as a folder that PyTorch's users or onnxruntime open: its README says how.";
const command = createCommand("export", about)
  .addOption(runOption())
  .addOption(choiceOption("--to <format>", "what opens it", EXPORT_FORMATS).makeOptionMandatory())
  .requiredOption("--out <directory>", "the folder to make")
  .option("--force", "replace an earlier export in its place")
  .action(exportTo);

if (import.meta.main) await runCommand(command, Deno.args);

async function exportTo({ run: directory, to, out, force }: Flags): Promise<void> {
  const run = await openRun(directory);
  sayWhatIsUnchecked(run);
  const { title, source } = await exportRun(run, {
    format: to,
    directory: out,
    replace: force ?? false,
    readme: (description) => exportReadme(to, description),
  });
  if (source.restricted) say(restrictedNote({ source: source.data }));
  print(`${title} for ${to} in ${out}: its README.md shows how it is opened`);
}
