/**
 * `log.jsonl`: a line of JSON per step and epoch. A resumed run's log holds every step once: lines
 * beyond the checkpoint, and a line that a crash cut short, are dropped first.
 *
 * @module
 */
import { join } from "node:path";
import { IntegrityError } from "../../pipeline/errors.ts";
import { exists, readRegular } from "../../pipeline/files/read.ts";
import { writeAllSync, writeAtomic, writeFailure } from "../../pipeline/files/write.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "../train/observer.ts";

/** How far a run has come whose log goes on. */
export interface LogPosition {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, to their end. */
  readonly epoch: number;
}

/** Path of a run's log. */
export function logPath(run: string): string {
  return join(run, "log.jsonl");
}

/** Opens a run's log to go on from `position`. Throws `ResourceError`, or `IntegrityError` where it is no file. */
export async function openLog(run: string, position: LogPosition): Promise<TrainObserver> {
  const path = logPath(run);
  const kept = keptLines(await readLog(run), position);
  await writeAtomic(path, kept.map((line) => `${line}\n`).join(""));
  const file = await Deno.open(path, { append: true }).catch((error) => {
    throw writeFailure(path, 0, error);
  });
  const encoder = new TextEncoder();
  const append = (line: string) => writeAllSync(file, encoder.encode(`${line}\n`), path);
  return {
    onStep: (event) => append(formatStep(event)),
    onEpoch: (event) => append(formatEpoch(event)),
    close: () => file.close(),
  };
}

/** The lines of a log that belong to a run which has come to `position`. */
function keptLines(text: string, position: LogPosition): string[] {
  return text.split("\n").filter((line) => {
    const entry = parse(line);
    if (entry?.event === "step") return Number(entry.step) <= position.step;
    if (entry?.event === "epoch") return Number(entry.epoch) < position.epoch;
    return false;
  });
}

/** Seconds of all steps up to `position` in a run's log, which holds each step once. */
export async function loggedSeconds(run: string, position: LogPosition): Promise<number> {
  return keptLines(await readLog(run), position)
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "step")
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

/** A run that has not begun has no log: an empty one. Throws `ResourceError`. */
async function readLog(run: string): Promise<string> {
  const path = logPath(run);
  if (!await exists(path)) return "";
  const refuse = (found: string) =>
    new IntegrityError(`reading ${path}: ${found}; expected the run's log; move it away`);
  return new TextDecoder().decode(await readRegular(path, refuse));
}

function formatStep(event: StepEvent): string {
  return JSON.stringify({
    event: "step",
    step: event.step,
    epoch: event.epoch,
    position: event.position,
    epochSteps: event.epochSteps,
    documents: event.documents,
    tokens: event.tokens,
    seconds: event.seconds,
    loss: event.loss,
    gradientNorm: event.gradientNorm,
    learningRate: event.learningRate,
  });
}

function formatEpoch(event: EpochEvent): string {
  return JSON.stringify({
    event: "epoch",
    step: event.step,
    epoch: event.epoch,
    trainLoss: event.trainLoss,
    documents: event.documents,
    tokens: event.tokens,
    monitor: event.monitor,
    value: Number.isNaN(event.value) ? null : event.value,
    improved: event.improved,
    stale: event.stale,
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) ?? undefined;
  } catch {
    return undefined;
  }
}
