/**
 * Shows on stderr what an engine's installation and start have to say: a line for each step and, on a
 * terminal, a bar that goes when the bytes are there.
 *
 * @module
 */
import type { Progress } from "../../pipeline/progress.ts";
import { createBar } from "./bar.ts";
import { drawsBars, say } from "./print.ts";
import { formatPace } from "./progress.ts";

/** Where and how an installation is shown. */
export interface InstallProgressOptions {
  /** Whether a bar can be drawn; by default whether stderr is a terminal. */
  readonly terminal?: boolean | undefined;
  /** Receives the lines; stderr by default. */
  readonly write?: ((line: string) => void) | undefined;
}

/** Shows an installation as it happens. */
export function showInstall(options: InstallProgressOptions = {}): Progress {
  const { terminal = drawsBars(), write = say } = options;
  return {
    warn: write,
    stage(name, total = 0) {
      if (!terminal) return { reach: () => {}, end: () => {} };
      const bar = createBar(`${name} {bar} {value}/{total} MB, {pace}`);
      const start = performance.now();
      const pace = (done: number) =>
        formatPace(done, total, "bytes", (performance.now() - start) / 1000);
      bar.start(megabytes(total), 0, { pace: pace(0) });
      return {
        reach: (done) => bar.update(megabytes(done), { pace: pace(done) }),
        end: () => bar.stop(),
      };
    },
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
