/**
 * `deno task monitor`: new notes → what is no longer as in the notes that a run was evaluated on.
 *
 * @module
 */
import { checkDrift, missingFigures } from "../model/analysis/drift.ts";
import { type ObservedNote, profileNotes } from "../model/analysis/profile.ts";
import type { EngineName } from "../model/engine/engine.ts";
import { createObserver } from "../model/run/observe.ts";
import { profileRule, readProfile } from "../model/run/profile_file.ts";
import { DataError } from "../pipeline/errors.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { engineOption, runOption } from "./cli/options.ts";
import { insist, print, say } from "./cli/print.ts";
import { fewNotesWarning, formatChecks, formatMissing, formatVerdict } from "./monitor/report.ts";
import { openModel } from "./predict/open_model.ts";
import { readInput } from "./predict/read_input.ts";

interface Flags {
  readonly run: string;
  readonly notes: string;
  readonly fhir?: true;
  readonly json?: true;
  readonly engine: EngineName;
}

const about = "Says whether notes are still like those that a run was evaluated on.";
const command = createCommand("monitor", about)
  .addOption(runOption())
  .requiredOption(
    "--notes <file>",
    'a note a line, {"id": …, "text": …, "codes": […]}, codes where known; or such a .parquet',
  )
  .option("--fhir", "the file has a FHIR DocumentReference or Bundle a line")
  .option("--json", "print a line of JSON")
  .addOption(engineOption())
  .action(monitor);

if (import.meta.main) await runCommand(command, Deno.args);

async function monitor({ run: directory, notes: file, fhir, json, engine }: Flags): Promise<void> {
  const { run, restored } = await openModel(directory, engine);
  const reference = await readProfile(run, restored.sha256);
  const observer = createObserver(run, restored, reference.task);
  const observed: ObservedNote[] = [];
  for await (const notes of readInput(file, { jsonl: true, fhir })) {
    for (const note of await observer.observe(notes)) observed.push(note);
  }
  if (observed.length === 0) throw new DataError(`reading ${file}: it holds no notes; name some`);
  if (observer.strange > 0) say(`${observer.strange} given codes are none of the run's labels`);
  const window = profileNotes(observed, profileRule(reference));
  const missing = missingFigures(reference, window);
  if (missing.length > 0) insist(formatMissing(missing, directory));
  const checks = checkDrift(reference, window);
  const warning = fewNotesWarning(checks, observed.length);
  if (warning !== undefined) insist(warning);
  const { [reference.task]: labels } = run.labels;
  if (json) return print(JSON.stringify({ notes: observed.length, checks }));
  print(`${formatVerdict(checks, observed.length)}\n${formatChecks(checks, labels)}`);
}
