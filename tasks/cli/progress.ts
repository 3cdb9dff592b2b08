/**
 * Shows the stages of a long piece of work on stderr: a bar on a terminal, elsewhere a line for each
 * with its seconds and speed.
 *
 * @module
 */
import type { Progress } from "../../pipeline/progress.ts";
import { type Bar, createBar } from "./bar.ts";
import { say } from "./print.ts";

/** What one stage took. */
export interface StageTime {
  readonly stage: string;
  /** Wall time. */
  readonly seconds: number;
  /** Only of a stage that reads bytes. */
  readonly megabytesPerSecond?: number | undefined;
}

/** Progress that is shown, and what the stages took. Disposing gives the terminal's cursor back. */
export interface ShownProgress extends Progress, Disposable {
  /** The stages that ended, in order. */
  readonly times: readonly StageTime[];
}

/** Where and how stages are shown. */
export interface ProgressOptions {
  /** Whether a bar can be drawn; by default whether stderr is a terminal. */
  readonly terminal?: boolean;
  /** Receives plain lines; stderr by default. */
  readonly write?: (line: string) => void;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

type Unit = NonNullable<Parameters<Progress["stage"]>[2]>;

/** Shows stages as they happen. */
export function showProgress(options: ProgressOptions = {}): ShownProgress {
  const { write = say, now = () => performance.now() } = options;
  const terminal = options.terminal ?? Deno.stderr.isTerminal();
  const times: StageTime[] = [];
  let bar: Bar | undefined;
  return {
    times,
    [Symbol.dispose]: () => bar?.stop(),
    warn: (message) => write(`warning: ${message}`),
    stage(name, total = 0, unit = "documents") {
      const start = now();
      bar = terminal && total > 0 ? drawBar(name, total, unit) : undefined;
      return {
        reach: (done) => bar?.update(scaled(Math.min(done, total), unit)),
        end(note = "") {
          bar?.stop();
          bar = undefined;
          const seconds = (now() - start) / 1000;
          const rate = unit === "bytes" && total > 0 ? total / 1e6 / seconds : undefined;
          times.push({ stage: name, seconds, megabytesPerSecond: rate });
          const speed = rate === undefined ? "" : `, ${rate.toFixed(0)} MB/s`;
          write(`${name}: ${note} (${seconds.toFixed(1)} s${speed})`);
        },
      };
    },
  };
}

function drawBar(name: string, total: number, unit: Unit): Bar {
  const shown = unit === "bytes" ? "MB" : unit;
  const bar = createBar(`${name} {bar} {value}/{total} ${shown}, {eta_formatted} left`);
  bar.start(scaled(total, unit), 0);
  return bar;
}

function scaled(value: number, unit: Unit): number {
  return unit === "bytes" ? Math.round(value / 1e6) : value;
}
