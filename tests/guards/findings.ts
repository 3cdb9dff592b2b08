/**
 * What was found of guards, kept in a file, so that a run of hours can be ended and go on.
 *
 * @module
 */
import { writeAtomic } from "../../pipeline/files/write.ts";
import type { TestFile } from "./firing.ts";

/** What became of the tests without a guard. */
export interface Verdict {
  readonly held: boolean;
  /** The file of tests that failed. */
  readonly by?: string | undefined;
}

/** Files of tests by path, and verdicts by the guard's name. */
export class Findings {
  readonly tests: Map<string, TestFile>;
  readonly verdicts: Map<string, Verdict>;
  readonly #path: string | undefined;

  private constructor(
    path: string | undefined,
    { tests, verdicts }: {
      readonly tests: Record<string, TestFile>;
      readonly verdicts: Record<string, Verdict>;
    },
  ) {
    this.#path = path;
    this.tests = new Map(Object.entries(tests));
    this.verdicts = new Map(Object.entries(verdicts));
  }

  /** What a file says, if there is one. */
  static async open(path: string | undefined): Promise<Findings> {
    const text = path && await Deno.readTextFile(path).catch(() => undefined);
    return new Findings(path, text ? JSON.parse(text) : { tests: {}, verdicts: {} });
  }

  async save(): Promise<void> {
    if (this.#path === undefined) return;
    const content = {
      tests: Object.fromEntries(this.tests),
      verdicts: Object.fromEntries(this.verdicts),
    };
    await writeAtomic(this.#path, JSON.stringify(content, null, 1));
  }

  /** The files of tests that make a guard refuse and pass with it: the quickest first. */
  firing(name: string): string[] {
    return [...this.tests].filter(([, { passes, fires }]) => passes && fires.includes(name))
      .sort(([, a], [, b]) => a.seconds - b.seconds).map(([test]) => test);
  }
}
