/**
 * `deno task prepare`: raw tables → dataset directories.
 *
 * @module
 */
import { join } from "node:path";
import { type Prepared, prepareDataset } from "../pipeline/prepare/prepare.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { quoteArgument } from "./cli/format.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { insist, print } from "./cli/print.ts";
import { showProgress, type StageTime } from "./cli/progress.ts";
import { declarePrepareFlags, type PrepareFlags } from "./prepare/flags.ts";
import { namesNoData, PREPARE_GUIDE } from "./prepare/guide.ts";
import { prepareRequest } from "./prepare/request.ts";

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
  const request = prepareRequest(flags);
  const prepared = await interrupts.unlessStopped(
    prepareDataset(request, progress, interrupts.signal),
    "stopped; nothing was kept, and what lay there stands",
  );
  const total = { stage: "total", seconds: (performance.now() - start) / 1000 };
  const times = [...progress.times, total];
  const { directory, datasets } = prepared;
  print(
    flags.json
      ? JSON.stringify({ directory, datasets, times }, null, 2)
      : formatPrepared(prepared, times),
  );
}

function formatPrepared({ directory, datasets }: Prepared, times: readonly StageTime[]): string {
  const seconds = times.map(({ stage, seconds }) => `  ${stage.padEnd(16)}${seconds.toFixed(1)} s`);
  const paths = Object.keys(datasets).map((name) => join(directory, name));
  return [
    "seconds by stage:",
    ...seconds,
    `made ${paths.join(" and ")}; what was left out and why: manifest.json, statistics.md`,
    `train with: deno task train --data ${quoteArgument(paths.at(-1)!)}`,
  ].join("\n");
}
