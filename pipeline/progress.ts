/**
 * How long stages of work tell what they are doing, without knowing who shows it.
 *
 * @module
 */

/** Hears of the stages of a long piece of work. */
export interface Progress {
  /**
   * A stage begins.
   *
   * @param total how much there is to do, in `unit`; 0 where it is not known.
   */
  stage(name: string, total?: number, unit?: "bytes" | "documents" | "labels"): Meter;
  /** Something that the user should know, on one line. */
  warn(message: string): void;
}

/** Hears how far one stage is. */
export interface Meter {
  /** So much in all is done. */
  reach(done: number): void;
  /** The stage ends; `note` says what came of it. */
  end(note?: string): void;
}

/** For callers who want to hear nothing. */
export const silent: Progress = {
  stage: () => ({ reach: () => {}, end: () => {} }),
  warn: () => {},
};

/** The same progress, whose every call throws the reason of `interrupt` once that is aborted. */
export function interruptible(progress: Progress, interrupt: AbortSignal): Progress {
  return {
    stage(...stage) {
      interrupt.throwIfAborted();
      const meter = progress.stage(...stage);
      return {
        reach(done) {
          interrupt.throwIfAborted();
          meter.reach(done);
        },
        end(note) {
          interrupt.throwIfAborted();
          meter.end(note);
        },
      };
    },
    warn: (message) => progress.warn(message),
  };
}

/**
 * Lets timers, I/O and signals be served. Native tensor operations block the event loop; without a
 * turn between them, a Ctrl-C would never be seen.
 */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
