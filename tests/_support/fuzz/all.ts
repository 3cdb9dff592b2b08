/** Every reader, fuzzed. */
import assert from "node:assert/strict";
import { KeptThreads } from "../kept_threads.ts";
import { noPython } from "../python_csv.ts";
import { temporary } from "../tiny.ts";
import { fuzz, type Reader } from "./fuzz.ts";
import { readersIn } from "./readers.ts";
import { ComparedTables } from "./tables.ts";

/** The readers, by what they read. */
export const READERS = [
  "safetensors",
  "checkpoint",
  "manifest",
  "config",
  "ccs",
  "csv",
  "jsonLines",
  "notes",
  "decisions",
] as const;

/** Has one of them read so many damaged files; returns how many it read without an error. */
export async function fuzzReader(
  name: typeof READERS[number],
  options: { readonly runs: number; readonly seed: number },
): Promise<number> {
  await using folder = await temporary();
  const readers = await readersIn(folder.path);
  if (name !== "csv") return await fuzz(readers[name] as Reader<unknown>, options);
  using _threads = new KeptThreads();
  const tables = new ComparedTables(readers.csv);
  const accepted = await fuzz(tables, options);
  assert.ok(accepted > options.runs / 10, `only ${accepted} were read`);
  if (!noPython) await tables.assertReadAsPython();
  return accepted;
}
