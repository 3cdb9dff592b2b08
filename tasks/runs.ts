/**
 * `deno task runs`: the runs there are, and two of them beside each other.
 *
 * @module
 */
import { readOverview } from "../model/run/overview.ts";
import { UsageError } from "../pipeline/errors.ts";
import { exists } from "../pipeline/files/read.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { jsonOption } from "./cli/options.ts";
import { insist, print, say } from "./cli/print.ts";
import { formatPlain } from "./report/table.ts";
import { compareRuns } from "./runs/comparison.ts";
import { findRuns } from "./runs/find.ts";
import { listedRun, listTable, parseSortKey, type SortKey, sortRuns } from "./runs/listing.ts";
import { type ScoredRun, withScores } from "./runs/scores.ts";
import { formatComparison } from "./runs/words.ts";

interface Flags {
  readonly sort?: SortKey;
  readonly json?: true;
}

const HOME = "runs";

const command = createCommand(
  "runs",
  "Lists runs with what they scored and where they stand, or compares two.",
)
  .argument("[folders...]", "a folder to look in; or two runs, to compare them (default: runs)")
  .option("--sort <key>", "a metric, best first; or run (default), state, system, …", parseSortKey)
  .addOption(jsonOption("the list or the comparison"))
  .action(runs);

if (import.meta.main) await runCommand(command, Deno.args);

async function runs(folders: readonly string[], flags: Flags): Promise<void> {
  if (folders.length > 2) {
    throw new UsageError(
      `listing runs: ${folders.length} folders are named; expected one, or two runs to compare`,
    );
  }
  const [folder = HOME, other] = folders;
  if (other === undefined) return await list(folder, flags);
  if (flags.sort === undefined) return await compare(folder, other, flags);
  throw new UsageError(
    "comparing two runs: --sort changes nothing; leave it out, or name a folder",
  );
}

async function list(folder: string, { sort = "run", json }: Flags): Promise<void> {
  const isEmptyHome = folder === HOME && !await exists(HOME);
  const found = isEmptyHome ? [] : await findRuns(folder);
  const runs = await Promise.all(found.map(look));
  const listed = sortRuns(runs.map(listedRun), sort);
  if (json) return print(JSON.stringify(listed, null, 2));
  if (listed.length === 0) {
    return say(`no run in ${folder}; deno task train makes one, or name another folder`);
  }
  print(formatPlain(listTable(listed, sort, folder)));
  runs.forEach(sayProblems);
}

async function compare(one: string, other: string, { json }: Flags): Promise<void> {
  const pair = [await look(one), await look(other)] as const;
  const comparison = await compareRuns(pair);
  pair.forEach(sayProblems);
  print(json ? JSON.stringify(comparison, null, 2) : formatComparison(comparison));
}

function sayProblems({ directory, problems }: ScoredRun): void {
  problems.forEach((problem) => insist(`${directory}: ${problem}`));
}

async function look(directory: string): Promise<ScoredRun> {
  return await withScores(await readOverview(directory));
}
