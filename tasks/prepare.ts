/**
 * `deno task prepare`: raw tables → dataset directories, on one machine or in parts on several.
 *
 * @module
 */
import { join } from "node:path";
import { mergeParts } from "../pipeline/prepare/parts/merge_parts.ts";
import { type PreparedPart, preparePart } from "../pipeline/prepare/parts/prepare_part.ts";
import { type Prepared, prepareDataset } from "../pipeline/prepare/prepare.ts";
import type { Progress } from "../pipeline/progress.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { quoteArgument } from "./cli/format.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { insist, print } from "./cli/print.ts";
import { showProgress, type StageTime } from "./cli/progress.ts";
import { declarePrepareFlags, type PrepareFlags } from "./prepare/flags.ts";
import { namesNoData, PREPARE_GUIDE } from "./prepare/guide.ts";
import { mergeRequest, partRequest, prepareRequest } from "./prepare/request.ts";

const command = declarePrepareFlags(
  createCommand("prepare", "Makes datasets of MIMIC-III or of a corpus of your own."),
).action(prepare);

if (import.meta.main) await runCommand(command, Deno.args);

async function prepare(flags: PrepareFlags): Promise<void> {
  if (namesNoData(flags)) {
    insist(PREPARE_GUIDE);
    Deno.exit(2);
  }
  using interrupts = listenForInterrupts("removing what was made so far");
  using progress = showProgress();
  const start = performance.now();
  const made = await interrupts.unlessStopped(
    make(flags, progress, interrupts.signal),
    "stopped; nothing was kept, and what lay there stands",
  );
  const total = { stage: "total", seconds: (performance.now() - start) / 1000 };
  const times = [...progress.times, total];
  const described = "part" in made ? describePart(made) : describeDatasets(made);
  print(
    flags.json
      ? JSON.stringify({ ...made, times }, null, 2)
      : ["seconds by stage:", ...times.map(formatTime), ...described].join("\n"),
  );
}

function make(
  flags: PrepareFlags,
  progress: Progress,
  signal: AbortSignal,
): Promise<Prepared | PreparedPart> {
  const { part, merge } = flags;
  if (merge) return mergeParts(mergeRequest(flags, merge), progress, signal);
  if (part) return preparePart(partRequest(flags, part), progress, signal);
  return prepareDataset(prepareRequest(flags), progress, signal);
}

function formatTime({ stage, seconds }: StageTime): string {
  return `  ${stage.padEnd(16)}${seconds.toFixed(1)} s`;
}

function describeDatasets({ directory, datasets }: Prepared): string[] {
  const paths = Object.keys(datasets).map((name) => join(directory, name));
  return [
    `made ${paths.join(" and ")}; what was left out and why: manifest.json, statistics.md`,
    `train with: deno task train --data ${quoteArgument(paths.at(-1)!)}`,
  ];
}

function describePart({ directory, part: { number, of } }: PreparedPart): string[] {
  return [
    `made ${directory}, part ${number} of ${of}`,
    "join all parts with: deno task prepare --merge PART… --out DATA",
  ];
}
