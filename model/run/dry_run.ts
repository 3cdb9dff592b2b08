/**
 * One step of everything that a training does, in a folder of its own that is gone afterwards: the
 * largest batch is trained on, the largest dev batch scored, checkpoints are written and read back.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { exists } from "../../pipeline/files/read.ts";
import { removeTree } from "../../pipeline/files/write.ts";
import type { StepEvent } from "../train/observer.ts";
import { checkpointPath, readCheckpoint } from "./checkpoint.ts";
import { requireOwnFolder } from "./claim.ts";
import { restoreModel } from "./restore.ts";
import { openRun } from "./run.ts";
import type { TrainRequest } from "./train_request.ts";
import { trainRun } from "./train_run.ts";

/** What one step, one scoring and one checkpoint took. */
export interface DryRun {
  readonly step: StepEvent;
  /** Steps of an epoch over the whole training split. */
  readonly epochSteps: number;
  /** Dev documents that were scored. */
  readonly scored: number;
  /** Bytes of a checkpoint. */
  readonly checkpointBytes: number;
}

const FOLDER = ".dry-run";

/**
 * Goes through one step of `request`, whose `directory` is left as it was found.
 *
 * @returns undefined where it was interrupted.
 * @throws {ReportedError} as {@linkcode trainRun} does.
 */
export async function dryRun(
  { directory, resume, config, observers = [], ...request }: TrainRequest,
): Promise<DryRun | undefined> {
  await requireOwnFolder(directory, { resume: resume !== undefined });
  const folder = join(directory, FOLDER);
  const made = await missingFolders(directory);
  let step: StepEvent | undefined;
  let epochSteps = 0;
  let scored = 0;
  const watcher = {
    onModel: ({ steps }: { readonly steps: number }) => void (epochSteps = steps),
    onStep: (event: StepEvent) => void (step = event),
    onScored: (done: number) => void (scored = done),
  };
  try {
    await removeTree(folder); // what a dry run left that was killed
    const { finished } = await trainRun({
      ...request,
      directory: folder,
      config: { ...config, epochs: 1 },
      rehearsal: true,
      observers: [...observers, watcher],
    });
    if (!finished || !step) return undefined;
    return { step, epochSteps, scored, checkpointBytes: await readBack(folder) };
  } finally {
    await removeTree(folder);
    for (const empty of made) await Deno.remove(empty).catch(() => {}); // another may be using it
  }
}

/** Reads both checkpoints whole; returns the bytes of the one from which training goes on. */
async function readBack(directory: string): Promise<number> {
  const restored = await restoreModel(await openRun(directory), "best");
  restored.model.weights.dispose();
  const last = checkpointPath(directory, "last");
  await readCheckpoint(last);
  return (await Deno.stat(last)).size;
}

/** The folders of a path that are not there, the innermost first. */
async function missingFolders(path: string): Promise<string[]> {
  const above = dirname(path);
  if (await exists(path) || above === path) return [];
  return [path, ...await missingFolders(above)];
}
