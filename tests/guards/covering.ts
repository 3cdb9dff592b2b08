/**
 * Which tests concern a file: those of its name first, then those that import it, then those of the files
 * that do, then those of the files that import these.
 *
 * @module
 */
import { importsOf, type Sources } from "../_support/rooms.ts";

/** Tests that walk every command, or train or end commands for minutes: too dear to run for a guard. */
const DEAR =
  /^tests\/(?:bad_paths|canary|interop\/|soak\/|tasks\/(?:reproduce|demo|bench)_test)|_(?:sweep|signals)_test/;
/** Test files of a stage, at most. */
const MOST = 6;

/** The tests that concern `file`, the closest first. */
export function coveringTests(file: string, tree: Sources): string[] {
  const edges = importsOf(tree);
  const tests = [...tree.keys()].filter((path) => path.endsWith("_test.ts") && !DEAR.test(path));
  const importers = (path: string) => edges.filter(({ to }) => to === path).map(({ from }) => from);
  const named = (path: string) => {
    const name = `tests/${path.replace(/\.ts$/, "")}_`;
    return tests.filter((test) => test.startsWith(name));
  };
  const users = importers(file);
  const sources = (paths: readonly string[]) => paths.filter((path) => !path.startsWith("tests/"));
  const theirs = sources(users).flatMap(importers);
  const stages = [
    named(file),
    tests.filter((test) => users.includes(test)),
    sources(users).flatMap(named),
    sources(theirs).flatMap(named),
  ];
  return [...new Set(stages.flatMap((stage) => [...new Set(stage)].slice(0, MOST)))];
}
