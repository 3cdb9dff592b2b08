/**
 * `log.jsonl`: a line of JSON per step and epoch. A resumed run's log holds every step once: lines
 * beyond the checkpoint, and a line that a crash cut short, are dropped first.
 *
 * It vouches for itself: an epoch's line names the SHA-256 of all text before it. No checkpoint can name
 * the log's digest: its seconds differ from one training to the next, the bytes of a checkpoint do not.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { IntegrityError } from "../../pipeline/errors.ts";
import { exists, readRegular } from "../../pipeline/files/read.ts";
import { writeAllSync, writeAtomic, writeFailure } from "../../pipeline/files/write.ts";
import type { Stopping } from "../train/early_stopping.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "../train/observer.ts";

/** How far a run has come whose log goes on. */
export interface LogPosition {
  readonly step: number;
  /** Epochs done, to their end. */
  readonly epoch: number;
  /** What the best epoch scored, by which the log is told from another run's; not looked at without. */
  readonly stopping?: BestEpoch | undefined;
}

type BestEpoch = Pick<Stopping, "best" | "bestEpoch">;

/** Name of the log in the run directory. */
export const LOG_FILE = "log.jsonl";

/** Path of a run's log. */
export function logPath(run: string): string {
  return join(run, LOG_FILE);
}

/** Opens a run's log to go on from `position`. Throws `ResourceError`, or `IntegrityError` where it is no file. */
export async function openLog(run: string, position: LogPosition): Promise<TrainObserver> {
  const path = logPath(run);
  const lines = keptLines(await readLog(run), position);
  requireOwn(lines, position.stopping, path);
  const kept = lines.map((line) => `${line}\n`).join("");
  await writeAtomic(path, kept);
  const hash = createHash("sha256").update(kept);
  const file = await Deno.open(path, { append: true }).catch((error) => {
    throw writeFailure(path, 0, error);
  });
  const encoder = new TextEncoder();
  const append = (line: string) => {
    writeAllSync(file, encoder.encode(`${line}\n`), path);
    hash.update(`${line}\n`);
  };
  return {
    onStep: (event) => append(formatStep(event)),
    onEpoch: (event) => append(formatEpoch(event, hash.copy().digest("hex"))),
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

/**
 * Seconds of all steps up to `position` in a run's log, which holds each step once.
 *
 * @throws {IntegrityError} where it is not as it was written.
 */
export async function loggedSeconds(run: string, position: LogPosition): Promise<number> {
  const lines = keptLines(await readLog(run), position);
  requireUnedited(lines, logPath(run));
  requireOwn(lines, position.stopping, logPath(run));
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "step")
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Holds a log against the digests in it; logs of earlier versions have none. */
function requireUnedited(lines: readonly string[], path: string): void {
  const hash = createHash("sha256");
  for (const line of lines) {
    const before = parse(line)?.before;
    if (before !== undefined && before !== hash.copy().digest("hex")) {
      throw new IntegrityError(
        `reading ${path}: it was edited before its line ${lines.indexOf(line) + 1}; expected the ` +
          "run's log as training wrote it; restore it from a copy, or train anew with another --out",
      );
    }
    hash.update(`${line}\n`);
  }
}

/** Refuses a log whose best epoch scored something else than the run's. */
function requireOwn(lines: readonly string[], own: BestEpoch | undefined, path: string): void {
  if (!own || own.best === null) return;
  const logged = lines.map(parse).find((entry) =>
    entry?.event === "epoch" && entry.epoch === own.bestEpoch
  );
  if (logged === undefined || logged.value === own.best) return;
  throw new IntegrityError(
    `reading ${path}: its epoch ${
      own.bestEpoch + 1
    } scored ${logged.value} on dev, the run's ${own.best}: ` +
      "it is another run's; restore the run's from a copy, or move it away",
  );
}

/** An epoch of a run's training, as its log tells. */
export interface LoggedEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly trainLoss: number;
  /** The metric that was watched, on dev; NaN where it was undefined. */
  readonly value: number;
  /** Whether it was the best until then. */
  readonly improved: boolean;
  readonly tokens: number;
  /** Of the epoch's steps; scoring dev is not among them. */
  readonly seconds: number;
}

/**
 * The epochs that a run has done.
 *
 * @param stopping of its best checkpoint.
 * @throws {IntegrityError} where its log is not as it was written, or is another run's.
 */
export async function loggedEpochs(run: string, stopping?: BestEpoch): Promise<LoggedEpoch[]> {
  const lines = keptLines(await readLog(run), { step: Infinity, epoch: Infinity });
  requireUnedited(lines, logPath(run));
  requireOwn(lines, stopping, logPath(run));
  const epochs: LoggedEpoch[] = [];
  let seconds = 0;
  for (const line of lines) {
    const entry = parse(line);
    if (entry?.event === "step") seconds += Number(entry.seconds);
    if (entry?.event !== "epoch") continue;
    epochs.push({
      epoch: Number(entry.epoch) + 1,
      trainLoss: Number(entry.trainLoss),
      value: entry.value === null ? NaN : Number(entry.value),
      improved: entry.improved === true,
      tokens: Number(entry.tokens),
      seconds,
    });
    seconds = 0;
  }
  return epochs;
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
    waited: event.waited,
    loss: event.loss,
    gradientNorm: event.gradientNorm,
    learningRate: event.learningRate,
  });
}

/** @param before digest of the log's text up to this line. */
function formatEpoch(event: EpochEvent, before: string): string {
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
    before,
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) ?? undefined;
  } catch {
    return undefined;
  }
}
