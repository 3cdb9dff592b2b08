/**
 * A bar on the terminal's last line of stderr, gone when it stops.
 *
 * @module
 */
import process from "node:process";
import cliProgress from "cli-progress";

/** What of `cli-progress`, which has no types of its own, is used here. */
export interface Bar {
  start(total: number, value: number, payload?: object): void;
  update(value: number, payload?: object): void;
  stop(): void;
}

// A bar that nobody sees, because the terminal is closed, must not end the work.
process.stderr.on("error", () => {});

/**
 * A bar that is not shown yet.
 *
 * @param format a line with `{bar}`, `{value}`, `{total}` and names of the payload.
 */
export function createBar(format: string): Bar {
  return new cliProgress.SingleBar({
    format,
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
  }, cliProgress.Presets.shades_classic);
}
