/**
 * Puts a recognisable text wherever a user's data or words can stand, calls the command that reads it,
 * and looks for the text in all that comes of it; run as a process of its own: `walk.ts WORKPLACE`. The
 * last line that it prints is JSON: {@linkcode Canaries}.
 */
import { startEngine } from "../../../model/engine/engine.ts";
import { TrainedRun } from "../trained_run.ts";
import { callWithCanary } from "./call.ts";
import type { Canaries } from "./canary.ts";
import { walkLists } from "./walk_lists.ts";
import { walkNotes } from "./walk_notes.ts";
import { walkOptions } from "./walk_options.ts";
import { walkRecords } from "./walk_records.ts";
import { walkCorpusTables, walkMimicTables } from "./walk_tables.ts";

async function walkAll(workplace: string): Promise<Canaries> {
  await startEngine();
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 3, test: 4 } });
  await callWithCanary("evaluate", ["evaluate", "--run", trained.run, "--bootstrap", "0"]);
  const canaries = [
    ...await walkCorpusTables(workplace),
    ...await walkMimicTables(workplace),
    ...await walkLists(workplace),
    ...await walkRecords(trained),
    ...await walkNotes(trained),
    ...await walkOptions(),
  ];
  return { canaries };
}

console.log(JSON.stringify(await walkAll(Deno.args[0]!)));
Deno.exit(0);
