/**
 * What was found of guards, kept in a file, so that a run of hours can be ended and go on.
 *
 * @module
 */
import { writeAtomic } from "../../pipeline/files/write.ts";

/** What is known of a file of tests. */
export interface TestFile {
  /** Whether they pass in a copy of the tree. */
  readonly passes: boolean;
  /** How long they take, with what is tried in them. */
  readonly seconds: number;
  /** Of its text, as it was then. */
  readonly sha256: string;
}

/** What became of the tests without a guard. */
export interface Verdict {
  readonly held: boolean;
  /** The file of tests that failed, and the test where it is known. */
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

  /** Names of the guards that are held. */
  get held(): string[] {
    return [...this.verdicts].flatMap(([name, { held }]) => held ? [name] : []);
  }

  async save(): Promise<void> {
    if (this.#path === undefined) return;
    const content = {
      tests: Object.fromEntries(this.tests),
      verdicts: Object.fromEntries(this.verdicts),
    };
    await writeAtomic(this.#path, JSON.stringify(content, null, 1));
  }
}
