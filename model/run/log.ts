/**
 * `log.jsonl`: a line of JSON per step and epoch. A resumed run's log holds every step once: lines
 * beyond the checkpoint, and a line that a crash cut short, are dropped first.
 *
 * @module
 */
import { writeAllSync, writeAtomic } from "../../pipeline/files/write.ts";
import type { TrainObserver } from "../train/observer.ts";

/** How far a run has come whose log goes on. */
export interface LogPosition {
  /** Steps done, from 0. */
  readonly step: number;
  /** Whole epochs done, from 0. */
  readonly epoch: number;
}

/** The lines of a log that belong to a run which has come to `position`. */
export function keptLines(text: string, position: LogPosition): string[] {
  return text.split("\n").filter((line) => {
    const entry = parse(line);
    if (entry?.event === "step") return Number(entry.step) <= position.step;
    if (entry?.event === "epoch") return Number(entry.epoch) < position.epoch;
    return false;
  });
}

/** Opens the log at `path` to go on from `position`. Throws `ResourceError`. */
export async function openLog(path: string, position: LogPosition): Promise<TrainObserver> {
  const old = await Deno.readTextFile(path).catch(() => "");
  await writeAtomic(path, keptLines(old, position).map((line) => `${line}\n`).join(""));
  const file = await Deno.open(path, { append: true });
  const encoder = new TextEncoder();
  const append = (event: string, fields: object) => {
    writeAllSync(file, encoder.encode(`${JSON.stringify({ event, ...fields })}\n`), path);
  };
  return {
    onStep: (event) => append("step", event),
    onEpoch: (event) => append("epoch", event),
    close: () => file.close(),
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) ?? undefined;
  } catch {
    return undefined;
  }
}
