/**
 * Progress of training on stderr: a bar on a terminal, otherwise a plain line now and then.
 *
 * @module
 */
import type { StepMemory } from "../../model/train/memory.ts";
import type {
  EpochEvent,
  ModelEvent,
  StepEvent,
  TrainObserver,
} from "../../model/train/observer.ts";
import type { TrainState } from "../../model/train/train_state.ts";
import { type Bar, createBar } from "./bar.ts";
import { counted, formatBytes, formatCount, formatDuration, formatWhole } from "./format.ts";
import { drawsBars, insist, say } from "./print.ts";
import { residentBytes } from "./progress.ts";

/** Where and how progress is shown. */
export interface TrainProgressOptions {
  /** Most epochs of the run. */
  readonly epochs: number;
  /** Whether a bar can be drawn; by default whether stderr is a terminal. */
  readonly terminal?: boolean;
  /** Receives plain lines; stderr by default. */
  readonly write?: (line: string) => void;
  /** Seconds between plain lines within an epoch, 30 by default. */
  readonly interval?: number;
  /** Bytes that this process holds. */
  readonly memory?: () => number;
}

const FORMAT = "{title} {bar} {value}/{total} {detail}";

/** Shows what is known before the first step: documents that are cut, the model's size and memory. */
export function showBeginning(
  { write = say }: Pick<TrainProgressOptions, "write"> = {},
): TrainObserver {
  return {
    onDocuments({ split, documents, cut, maxTokens }) {
      if (cut > 0) {
        write(`${cut} of ${documents} ${split} documents are cut at ${maxTokens} tokens`);
      }
    },
    onFirstWeights({ file, taken, drawn, others }) {
      const { length } = drawn;
      const rest = length === 0 ? "" : `; ${length} it lacks are drawn: ${drawn.join(", ")}`;
      write(`${taken} weights start from ${file}${rest}`);
      if (others.length > 0) insist(othersWarning(file, others));
    },
    onOtherRanks({ before, now }) {
      write(
        `the checkpoint is of ${before}, and ${now} go on: batches stay as they are, sums are rounded ` +
          `in another order, so what follows is not that of ${before} to the bit`,
      );
    },
    onModel: (event) => write(modelLine(event)),
  };
}

/** Shows a run's steps and epochs as they happen. */
export function showTrainProgress(options: TrainProgressOptions): TrainObserver {
  const { epochs, interval = 30, write = say } = options;
  const { memory = residentBytes } = options;
  const terminal = options.terminal ?? drawsBars();
  const meter = createMeter(epochs);
  const bar = createRecurringBar();
  let shownAt = 0;
  let elapsed = 0;
  let saidUndefined = false;
  return {
    ...showBeginning(options),
    onStep(event) {
      elapsed += event.seconds;
      const title = `epoch ${event.epoch + 1}/${epochs}`;
      const detail = `loss ${event.loss.toPrecision(4)}, ${meter(event)}, ${formatBytes(memory())}`;
      if (terminal) bar.draw(title, event.position, event.epochSteps, `steps, ${detail}`);
      else if (elapsed - shownAt >= interval) {
        shownAt = elapsed;
        write(`${title} step ${event.position}/${event.epochSteps}: ${detail}`);
      }
      if (event.position === event.epochSteps) bar.stop();
    },
    onScored(done, total) {
      if (terminal) bar.draw("dev", done, total, "documents scored");
    },
    onEpoch(event) {
      bar.stop();
      write(epochLine(event, epochs));
      if (!Number.isNaN(event.value) || saidUndefined) return;
      saidUndefined = true;
      write(undefinedLine(event));
    },
    close: bar.stop,
  };
}

/** A bar that is there from its first drawing on until it is stopped, again and again. */
function createRecurringBar() {
  let bar: Bar | undefined;
  return {
    draw(title: string, done: number, total: number, detail: string): void {
      if (!bar) (bar = createBar(FORMAT)).start(total, done, { title, detail });
      else bar.update(done, { title, detail });
    },
    stop(): void {
      bar?.stop();
      bar = undefined;
    },
  };
}

/** Speed and time left, from a decaying mean over some 20 steps. */
function createMeter(epochs: number): (event: StepEvent) => string {
  const decay = 0.95;
  let tokens = 0;
  let seconds = 0;
  let steps = 0;
  return (event) => {
    tokens = decay * tokens + event.tokens;
    seconds = decay * seconds + event.seconds;
    steps = decay * steps + 1;
    const inEpoch = event.epochSteps - event.position;
    const inAll = inEpoch + (epochs - event.epoch - 1) * event.epochSteps;
    const [left, most] = [inEpoch, inAll].map((count) => formatDuration(count * seconds / steps));
    return `${formatCount(tokens / seconds)} tokens/s, ${left} left (at most ${most} in all)`;
  };
}

function othersWarning(file: string, others: readonly string[]): string {
  return `warning: ${file} was trained with another ${
    others.join(" and another ")
  }: where words or codes stand ` +
    "in another order there, its rows mean others";
}

function modelLine({ parameters, steps, memory }: ModelEvent): string {
  const step = memory ? `, ${formatStep(memory)} of memory` : "";
  return `${formatWhole(parameters)} trained parameters, ${counted(steps, "step")} an epoch${step}`;
}

/** `a step of 16 × 4,000 tokens about 3.2 GB`. */
export function formatStep({ shape, needed }: StepMemory): string {
  const size = `${shape.documents} × ${formatWhole(shape.width)} tokens`;
  return `a step of ${size} about ${formatBytes(needed)}`;
}

function epochLine(event: EpochEvent, epochs: number): string {
  const title = `epoch ${event.epoch + 1}/${epochs}: loss ${event.trainLoss.toPrecision(4)}`;
  if (Number.isNaN(event.value)) return `${title}, dev ${event.monitor} undefined`;
  const verdict = event.improved
    ? "best so far"
    : `${counted(event.stale, "epoch")} without a better one`;
  return `${title}, dev ${event.monitor} ${event.value.toFixed(4)} (${verdict})`;
}

/** The best epoch of a run that has ended, and what it scored. */
export function bestEpochLine(monitor: string, { epoch, stopping }: TrainState): string {
  const { best, bestEpoch } = stopping;
  return best === null
    ? `dev ${monitor} was undefined in all ${epoch} epochs: the last one's weights are kept`
    : `dev ${monitor} ${best.toFixed(4)} in epoch ${bestEpoch + 1} of ${epoch}`;
}

function undefinedLine({ monitor }: EpochEvent): string {
  return `dev ${monitor} is undefined in this epoch (0/0): such an epoch is never the best one and ` +
    `does not count against patience; until there is a best one, the latest weights are kept`;
}
