/**
 * What a file of tests is told that tries its guards, and what it notes.
 *
 * @module
 */

/** Given as JSON in the variable MARN_GUARDS. */
export interface RerunPlan {
  /** Where to note what happens. */
  readonly notes: string;
  /** Names of guards that need not be tried: they are held. */
  readonly known: readonly string[];
}

/** A line of the notes. */
export interface RerunNote {
  /** Name of a test. */
  readonly test: string;
  /** The guard without which it is about to run. */
  readonly tries?: string;
  /** Of those, in the end, the ones without which it fails; none where it then fails with all of them, too. */
  readonly holds?: readonly string[];
}

/** What the notes say. */
export interface Noted {
  /** Guard → test that holds it. */
  readonly held: ReadonlyMap<string, string>;
  /** The guard that was being tried when the process ended, where it did. */
  readonly trying: RerunNote | undefined;
}

/** Reads notes. */
export function readNotes(text: string, finished: boolean): Noted {
  const lines = text.split("\n").filter((line) => line !== "")
    .map((line): RerunNote => JSON.parse(line));
  const held = new Map(
    lines.flatMap(({ test, holds = [] }) => holds.map((guard) => [guard, test] as const)),
  );
  const last = lines.at(-1);
  return { held, trying: !finished && last?.tries !== undefined ? last : undefined };
}
