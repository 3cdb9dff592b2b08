/**
 * Seconds of the stages of a piece of work.
 *
 * @module
 */

/** Times stages. */
export interface Stopwatch {
  /** Does `work` and notes what it took. */
  time<T>(stage: string, work: () => Promise<T>): Promise<T>;
  /** Seconds of the stages that ended, in order. */
  readonly seconds: { readonly [stage: string]: number };
  /** `cohort 3 s, train 41 s, in all 44 s`: the stages that ended, in order. */
  summary(): string;
}

/**
 * A stopwatch that has timed nothing.
 *
 * @param now milliseconds since some moment.
 */
export function createStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const stages: (readonly [name: string, seconds: number])[] = [];
  return {
    async time(stage, work) {
      const start = now();
      const result = await work();
      stages.push([stage, (now() - start) / 1000]);
      return result;
    },
    get seconds() {
      return Object.fromEntries(stages);
    },
    summary() {
      const total = stages.reduce((sum, [, seconds]) => sum + seconds, 0);
      return [...stages, ["in all", total] as const]
        .map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`)
        .join(", ");
    },
  };
}
