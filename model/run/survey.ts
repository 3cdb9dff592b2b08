/**
 * Which of a run's checkpoints could be gone on from: what an error says of a run that cannot go on as
 * asked. Only a checkpoint that was read whole is called so.
 *
 * @module
 */
import { extended, ReportedError } from "../../pipeline/errors.ts";
import {
  checkCheckpoint,
  type CheckpointName,
  checkpointPath,
  CHECKPOINTS,
  trainStateAt,
} from "./checkpoint.ts";
import { differencesFrom } from "./identity.ts";
import type { Run } from "./run.ts";

/** A checkpoint that was read whole: how far training had come. */
interface Whole {
  readonly name: CheckpointName;
  readonly step: number;
  /** Epochs that were finished. */
  readonly epoch: number;
}

/** What was found at one checkpoint's place. */
type Found = Whole | { readonly name: CheckpointName; readonly failure: string };

/**
 * Does `work`, which needs one of a run's checkpoints; where it fails, the error says which of the
 * others are whole and what can be done with them.
 */
export async function withSurvey<T>(
  run: Run,
  wanted: CheckpointName,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    const { survey, whole } = await lookAtAll(run, wanted);
    throw extended(error, `${survey}; ${remedy(whole, wanted)}`);
  }
}

/** Reads a run's checkpoints, and says in words which are whole. */
export async function surveyCheckpoints(run: Run): Promise<string> {
  return (await lookAtAll(run)).survey;
}

/** @param failed one that has already failed, and is not looked at. */
async function lookAtAll(
  run: Run,
  failed?: CheckpointName,
): Promise<{ readonly survey: string; readonly whole: readonly Whole[] }> {
  const found: Found[] = [];
  for (const name of CHECKPOINTS) if (name !== failed) found.push(await look(run, name));
  const whole = found.filter((one) => "step" in one);
  const broken = found.filter((one) => "failure" in one);
  const read = whole.map(({ name, step }) => `${name} (step ${step})`).join(", ");
  const parts = [
    read ? `read and whole: ${read}` : "no checkpoint was read whole",
    ...broken.map(({ name, failure }) => `${name}: ${failure}`),
  ];
  return { survey: parts.join("; "), whole };
}

async function look(run: Run, name: CheckpointName): Promise<Found> {
  const path = checkpointPath(run.directory, name);
  try {
    const { metadata } = await checkCheckpoint(path);
    const [difference] = differencesFrom(run, metadata);
    if (difference !== undefined) return { name, failure: `of ${difference}` };
    const { step, epoch } = trainStateAt({ metadata }, path);
    return { name, step, epoch };
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return { name, failure: shortReason(error.message, path) };
  }
}

/** An error's message without what it was doing. */
function shortReason(message: string, path: string): string {
  return message.slice(message.indexOf(path) + path.length).replace(/^: /, "").split(";")[0]!;
}

function remedy(whole: readonly Whole[], failed: CheckpointName): string {
  const anew = "train anew with another --out";
  const find = (wanted: CheckpointName) => whole.find(({ name }) => name === wanted);
  if (failed === "best") {
    // The first epoch's end writes it.
    if (find("last")?.epoch === 0) return "its first epoch is not finished: train on with --resume";
    return `restore ${failed}.safetensors from a copy, or ${anew}`;
  }
  if (find("last")) return "go on with --resume";
  if (find("previous")) return "go on with --resume previous";
  return find("best") ? `evaluate best as it is, or ${anew}` : anew;
}
