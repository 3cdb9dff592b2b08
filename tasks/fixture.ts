/**
 * `deno task fixture`: writes a synthetic MIMIC-III.
 *
 * @module
 */
import { type FixtureSummary, writeFixture } from "../fixtures/mimic3/fixture.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { formatWhole, quoteArgument } from "./cli/format.ts";
import { print } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { decimal, integer } from "./cli/values.ts";

interface Flags {
  readonly out: string;
  readonly admissions?: number;
  readonly codes: number;
  readonly seed: number;
  readonly rows?: number;
  readonly length: number;
  readonly hadmIds?: readonly string[];
  readonly force?: true;
}

const command = createCommand(
  "fixture",
  "Writes a synthetic MIMIC-III: made-up notes and codes in the real layout, from a seed.",
)
  .requiredOption("--out <folder>", "folder to make")
  .option("--admissions <n>", "admissions (default: 1000, or as many as --hadm-ids hold)", integer)
  .option("--codes <n>", "codes that can occur, 50 to 8921", integer, 600)
  .option("--seed <n>", "seed of everything", integer, 0)
  .option("--rows <n>", "rows of NOTEEVENTS (default: 35 a discharge summary)", integer)
  .option("--length <x>", "scale of the notes' lengths; 1 is MIMIC-III's", decimal, 1)
  .option(
    "--hadm-ids <list...>",
    "carry the HADM_IDs of lists: caml, edin-clean, files, or folders of *_hadm_ids.csv",
  )
  .option("--force", "replace an existing folder")
  .action(make);

if (import.meta.main) await runCommand(command, Deno.args);

async function make({ out, admissions, ...options }: Flags): Promise<void> {
  const started = performance.now();
  using progress = showProgress();
  const summary = await writeFixture({
    ...options,
    directory: out,
    admissions: admissions ?? (options.hadmIds ? undefined : 1000),
    progress,
  });
  report(summary, (performance.now() - started) / 1000);
}

function report(
  { directory, tokens, noteBytes, ...counts }: FixtureSummary,
  seconds: number,
): void {
  const megabytes = noteBytes / 1e6;
  const lines = Object.entries(counts).map(([name, count]) => [wordsOf(name), formatWhole(count)]);
  lines.push(
    ["tokens, median", formatWhole(Math.round(tokens.median))],
    ["tokens, above 4,000", `${(100 * tokens.over4000).toFixed(1)}%`],
    [
      "NOTEEVENTS",
      `${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s ` +
      `(${(megabytes / seconds).toFixed(0)} MB/s)`,
    ],
  );
  print(`synthetic notes, all made up: ${directory}`);
  for (const [name, value] of lines) print(`  ${name!.padEnd(34)} ${value}`);
  const folder = quoteArgument(directory);
  print(`prepare it with: deno task prepare --mimic ${folder} --ccs ${folder}`);
}

/** `notesWithoutHadmId` → `notes without hadm id`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z0-9]+/g, (letters) => ` ${letters.toLowerCase()}`);
}
