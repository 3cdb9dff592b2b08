/**
 * Progress of training on stderr: a bar on a terminal, otherwise a plain line now and then.
 *
 * @module
 */
import cliProgress from "cli-progress";
import type { EpochEvent, StepEvent, TrainObserver } from "../../model/train/observer.ts";

/** Where and how progress is shown. */
export interface ProgressOptions {
  /** Most epochs of the run. */
  readonly epochs: number;
  /** Whether a bar can be drawn; by default whether stderr is a terminal. */
  readonly terminal?: boolean;
  /** Receives plain lines; stderr by default. */
  readonly write?: (line: string) => void;
  /** Seconds between plain lines within an epoch, 30 by default. */
  readonly interval?: number;
}

/** What of `cli-progress`, which has no types of its own, is used here. */
interface Bar {
  start(total: number, value: number, payload: object): void;
  update(value: number, payload: object): void;
  stop(): void;
}

/** Shows a run's steps and epochs as they happen. */
export function showProgress(options: ProgressOptions): TrainObserver {
  const { epochs, interval = 30, write = (line) => console.error(line) } = options;
  const terminal = options.terminal ?? Deno.stderr.isTerminal();
  const meter = createMeter(epochs);
  let bar: Bar | undefined, shownAt = 0, elapsed = 0;
  const draw = (title: string, done: number, total: number, detail: string) => {
    if (!bar) (bar = createBar()).start(total, done, { title, detail });
    else bar.update(done, { title, detail });
  };
  const stopBar = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    onStep(event) {
      elapsed += event.seconds;
      const title = `epoch ${event.epoch + 1}/${epochs}`;
      const detail = `loss ${event.loss.toPrecision(4)}, ${meter(event)}`;
      if (terminal) draw(title, event.position, event.epochSteps, `steps, ${detail}`);
      else if (elapsed - shownAt >= interval) {
        shownAt = elapsed;
        write(`${title} step ${event.position}/${event.epochSteps}: ${detail}`);
      }
      if (event.position === event.epochSteps) stopBar();
    },
    onScored(done, total) {
      if (terminal) draw("dev", done, total, "documents scored");
    },
    onEpoch(event) {
      stopBar();
      write(epochLine(event, epochs));
    },
    close: stopBar,
  };
}

/** `754`, `12.3k` or `1.20M`: a number of at most four characters or so. */
export function formatCount(value: number): string {
  if (value < 1000) return value.toFixed(0);
  return value < 1e6 ? `${(value / 1e3).toFixed(1)}k` : `${(value / 1e6).toFixed(2)}M`;
}

/** `42 s`, `3 min 05 s` or `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds), pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole % 3600 / 60))} min`;
}

/** Speed and time left, from a decaying mean over some 20 steps. */
function createMeter(epochs: number): (event: StepEvent) => string {
  const decay = 0.95;
  let tokens = 0, seconds = 0, steps = 0;
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

function createBar(): Bar {
  return new cliProgress.SingleBar({
    format: "{title} {bar} {value}/{total} {detail}",
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
  }, cliProgress.Presets.shades_classic);
}

function epochLine(event: EpochEvent, epochs: number): string {
  const verdict = event.improved ? "best so far" : `${event.stale} epochs without a better one`;
  return `epoch ${event.epoch + 1}/${epochs}: loss ${event.trainLoss.toPrecision(4)}, ` +
    `dev ${event.monitor} ${event.value.toFixed(4)} (${verdict})`;
}
