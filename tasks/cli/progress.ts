/**
 * Shows the stages of a long piece of work on stderr: a bar on a terminal, elsewhere a line for each
 * with its seconds and speed.
 *
 * @module
 */
import type { Progress } from "../../pipeline/progress.ts";
import { type Bar, createBar } from "./bar.ts";
import { formatBytes, formatCount, formatDuration, formatWhole } from "./format.ts";
import { drawsBars, insist, say } from "./print.ts";

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
  /** Bytes that this process holds. */
  readonly memory?: () => number;
}

/** Seconds between plain lines of a stage that is not at its end. */
const INTERVAL = 30;

/** Bytes that this process holds, as the system counts them. */
export function residentBytes(): number {
  return Deno.memoryUsage().rss;
}

type Unit = NonNullable<Parameters<Progress["stage"]>[2]>;

/** Shows stages as they happen. */
export function showProgress(options: ProgressOptions = {}): ShownProgress {
  const { write = say, now = () => performance.now() } = options;
  const { memory = residentBytes } = options;
  const terminal = options.terminal ?? drawsBars();
  const times: StageTime[] = [];
  let bar: Bar | undefined;
  return {
    times,
    [Symbol.dispose]: () => bar?.stop(),
    warn: (message) => (options.write ?? insist)(`warning: ${message}`),
    stage(name, total = 0, unit = "documents") {
      const start = now();
      let said = start;
      bar = terminal && total > 0 ? drawBar(name, total, unit) : undefined;
      return {
        reach(done) {
          const reached = Math.min(done, total);
          const seconds = (now() - start) / 1000;
          const detail = () =>
            `${formatPace(reached, total, unit, seconds)}, ${formatBytes(memory())}`;
          bar?.update(scaled(reached, unit), { detail: detail() });
          if (bar || total === 0 || now() - said < INTERVAL * 1000) return;
          said = now();
          const [part, whole] = [reached, total].map((value) => formatWhole(scaled(value, unit)));
          write(`${name}: ${part}/${whole} ${shownUnit(unit)}, ${detail()}`);
        },
        end(note = "") {
          bar?.stop();
          bar = undefined;
          const seconds = (now() - start) / 1000;
          const rate = unit === "bytes" && total > 0 ? total / 1e6 / seconds : undefined;
          times.push({ stage: name, seconds, megabytesPerSecond: rate });
          const speed = total > 0 && seconds > 0 ? `, ${formatRate(total, unit, seconds)}` : "";
          write(`${name}: ${note} (${seconds.toFixed(1)} s${speed})`);
        },
      };
    },
  };
}

function drawBar(name: string, total: number, unit: Unit): Bar {
  const bar = createBar(`${name} {bar} {value}/{total} ${shownUnit(unit)}, {detail}`);
  bar.start(scaled(total, unit), 0, { detail: "just begun" });
  return bar;
}

/** `57 documents/s, 6 s left`. */
export function formatPace(done: number, total: number, unit: Unit, seconds: number): string {
  if (done === 0 || seconds <= 0) return "just begun";
  const left = formatDuration((total - done) * seconds / done);
  return `${formatRate(done, unit, seconds)}, ${left} left`;
}

function formatRate(done: number, unit: Unit, seconds: number): string {
  const rate = unit === "bytes" ? done / 1e6 / seconds : done / seconds;
  return `${rate < 10 ? rate.toPrecision(2) : formatCount(rate)} ${shownUnit(unit)}/s`;
}

function shownUnit(unit: Unit): string {
  return unit === "bytes" ? "MB" : unit;
}

function scaled(value: number, unit: Unit): number {
  return Math.round(unit === "bytes" ? value / 1e6 : value);
}
