/**
 * Which guards each file of tests makes refuse. Only a test that does can miss a guard that is taken
 * out; those that do so in commands with permissions of their own leave no note.
 *
 * @module
 */
import { join } from "node:path";
import type { Place } from "./places.ts";
import { withNotes } from "./find_guards.ts";
import type { TreeCopy } from "./tree_copy.ts";

/** What is known of a file of tests. */
export interface TestFile {
  /** Whether its tests pass in a copy of the tree as it is. */
  readonly passes: boolean;
  /** How long they take. */
  readonly seconds: number;
  /** Names of the guards that they make refuse. */
  readonly fires: readonly string[];
}

/** Runs files of tests in a copy in which each guard notes that it refuses. */
export class Firing {
  readonly #copy: TreeCopy;
  readonly #notes: string;

  constructor(copy: TreeCopy) {
    this.#copy = copy;
    this.#notes = join(copy.path, "refused");
  }

  /** Has guards note that they refuse. */
  async prepare(places: readonly Place[], sources: ReadonlyMap<string, string>): Promise<void> {
    const names = new Map(places.map(({ file, start, name }) => [`${file}:${start}`, name]));
    for (const file of new Set(places.map(({ file }) => file))) {
      const noted = withNotes(sources.get(file)!, ({ start }) => {
        const line = JSON.stringify(`${names.get(`${file}:${start}`)}\n`);
        const path = JSON.stringify(this.#notes);
        return `try { Deno.writeTextFileSync(${path}, ${line}, { append: true }); } catch {}`;
      });
      await this.#copy.write(file, noted);
    }
  }

  /** Runs a file of tests. */
  async observe(test: string): Promise<TestFile> {
    await Deno.writeTextFile(this.#notes, "");
    const start = performance.now();
    const passes = await this.#copy.pass(test);
    const seconds = Math.round((performance.now() - start) / 10) / 100;
    const lines = (await Deno.readTextFile(this.#notes)).split("\n").filter((name) => name !== "");
    return { passes, seconds, fires: [...new Set(lines)].sort() };
  }
}
