/**
 * `deno task fixture`: writes a synthetic MIMIC-III.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import { type FixtureSummary, writeFixture } from "../fixtures/mimic3/fixture.ts";
import { createCommand, integer, runCommand } from "./cli/command.ts";
import { showStages } from "./cli/progress.ts";

interface Options {
  readonly out: string;
  readonly admissions?: number;
  readonly codes: number;
  readonly seed: number;
  readonly rows?: number;
  readonly length: number;
  readonly hadmIds?: string[];
  readonly force?: boolean;
}

const command = createCommand(
  "fixture",
  "Write a synthetic MIMIC-III: made-up notes and codes in the real layout, from a seed.",
)
  .requiredOption("--out <folder>", "folder to make")
  .option("--admissions <n>", "admissions (default: 1000, or as many as --hadm-ids hold)", integer)
  .option("--codes <n>", "codes that can occur, 50 to 8921", integer, 600)
  .option("--seed <n>", "seed of everything", integer, 0)
  .option("--rows <n>", "rows of NOTEEVENTS (default: 35 a discharge summary)", integer)
  .option("--length <x>", "scale of the notes' lengths; 1 is MIMIC-III's", decimal, 1)
  .option(
    "--hadm-ids <path...>",
    "carry the HADM_IDs of lists: files, or folders of *_hadm_ids.csv",
  )
  .option("--force", "replace an existing folder")
  .action(async ({ out, hadmIds, ...options }: Options) => {
    const started = performance.now();
    using progress = showStages();
    const summary = await writeFixture({
      directory: out,
      ...(!hadmIds && { admissions: 1_000 }),
      ...(hadmIds && { hadmIds }),
      ...options,
      progress,
    });
    print(summary, (performance.now() - started) / 1000);
  });

if (import.meta.main) await runCommand(command, Deno.args);

function decimal(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) {
    throw new InvalidArgumentError("expected a number");
  }
  return number;
}

function print({ directory, tokens, noteBytes, ...counts }: FixtureSummary, seconds: number): void {
  const megabytes = noteBytes / 1e6;
  console.log(`synthetic notes, all made up: ${directory}`);
  for (const [name, count] of Object.entries(counts)) {
    const words = name.replace(/[A-Z0-9]+/g, (letters) => ` ${letters.toLowerCase()}`);
    console.log(`  ${words.padEnd(34)} ${count.toLocaleString("en")}`);
  }
  console.log(`  ${"tokens, median".padEnd(34)} ${Math.round(tokens.median).toLocaleString("en")}`);
  console.log(`  ${"tokens, above 4,000".padEnd(34)} ${(100 * tokens.over4000).toFixed(1)}%`);
  console.log(
    `  ${"NOTEEVENTS".padEnd(34)} ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s ` +
      `(${(megabytes / seconds).toFixed(0)} MB/s)`,
  );
}
