/**
 * Which tests concern a file: those of its name first, then those that import it, then those of the files
 * that do.
 *
 * @module
 */
import { importsOf, type Sources } from "../_support/rooms.ts";

/** Tests that walk every command, or train or end commands for minutes: too dear to run for a guard. */
const DEAR =
  /^tests\/(?:bad_paths|canary|interop\/|soak\/|tasks\/(?:reproduce|demo|bench)_test)|_(?:sweep|signals)_test/;
/** Test files of the last stage, at most. */
const MOST = 6;

/** The tests that concern `file`: of its name, that import it, of the files that do. */
export function coveringTests(file: string, sources: Sources): string[] {
  const edges = importsOf(sources);
  const tests = [...sources.keys()].filter((path) => path.endsWith("_test.ts") && !DEAR.test(path));
  const importers = (path: string) => edges.filter(({ to }) => to === path).map(({ from }) => from);
  const named = (path: string) => {
    const name = `tests/${path.replace(/\.ts$/, "")}_`;
    return tests.filter((test) => test.startsWith(name));
  };
  const users = importers(file);
  const stages = [
    named(file),
    tests.filter((test) => users.includes(test)),
    users.filter((path) => !path.startsWith("tests/")).flatMap(named),
  ];
  return [...new Set(stages.flatMap((stage) => [...new Set(stage)].slice(0, MOST)))];
}
