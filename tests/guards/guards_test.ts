import assert from "node:assert/strict";
import { coveringTests } from "./covering.ts";
import { findGuards, withoutGuard, withSwitches } from "./find_guards.ts";
import { listPlaces } from "./places.ts";
import { readNotes } from "./rerun_notes.ts";

const source = `
// throw nothing("here");
export function check(value: string, where: string): void {
  const text = \`throw new DataError("\${value.replace(/throw x;/, "}")}");\`;
  if (value === "") throw new DataError(\`reading \${where}: it's \${\`empty;\`}\`);
  if (text === value) {
    throw refuse("a; b", { value });
  }
  try {
    JSON.parse(value);
  } catch (error) {
    throw error;
  }
  if (value === "x") throw new RangeError("a defect");
  if (value === "y") fail("of a kind");
}

function fail(found: string): never {
  throw new UsageError(found);
}
`;

Deno.test("guards are what a user sees thrown, and calls of what only throws", () => {
  assert.deepEqual(findGuards(source).map(({ line, text }) => [line, text]), [
    [5, "throw new DataError(`reading ${where}: it's ${`empty;`}`);"],
    [7, 'throw refuse("a; b", { value });'],
    [15, 'fail("of a kind");'],
    [19, "throw new UsageError(found);"],
  ]);
});

Deno.test("a guard that is taken out leaves all else as it was", () => {
  for (const guard of findGuards(source)) {
    const without = withoutGuard(source, guard);
    assert.equal(without.replace("void 0;", guard.text), source);
  }
});

Deno.test("guards have switches, and all else stays as it was", () => {
  const switched = withSwitches(source, ({ line }) => `on(${line})`);
  assert.match(switched, /\{ if \(on\(15\)\) fail\("of a kind"\); \}/);
  const without = switched.replace(/\{ if \(on\(\d+\)\) ((?:throw|fail)[\s\S]*?;) \}/g, "$1");
  assert.equal(without, source);
});

Deno.test("a guard's name stays when lines move, and differs from its twin's", () => {
  const guard = 'if (x) throw new DataError("x");\n';
  const named = (text: string) =>
    listPlaces(new Map([["model/a.ts", text]])).map(({ name }) => name);
  const [first, second] = named(guard + guard);
  assert.notEqual(first, second);
  assert.deepEqual(named(`\n\n${guard}\n${guard}`), [first, second]);
  assert.equal(listPlaces(new Map([["tasks/a.ts", guard]])).length, 0);
});

Deno.test("tests of a file's name come first, then those that import it, then those of its users and theirs", () => {
  const sources = new Map([
    ["pipeline/a.ts", ""],
    ["pipeline/b.ts", 'import { a } from "./a.ts";'],
    ["tests/pipeline/a_test.ts", 'import { a } from "../../pipeline/a.ts";'],
    ["tests/pipeline/a_more_test.ts", ""],
    ["tests/pipeline/b_test.ts", 'import { b } from "../../pipeline/b.ts";'],
    ["pipeline/c.ts", 'import { b } from "./b.ts";'],
    ["tests/pipeline/c_test.ts", ""],
    ["tests/other_test.ts", 'import { a } from "../pipeline/a.ts";'],
    ["tests/bad_paths_test.ts", 'import { a } from "../pipeline/a.ts";'],
  ]);
  assert.deepEqual(coveringTests("pipeline/a.ts", sources), [
    "tests/pipeline/a_test.ts",
    "tests/pipeline/a_more_test.ts",
    "tests/other_test.ts",
    "tests/pipeline/b_test.ts",
    "tests/pipeline/c_test.ts",
  ]);
});

Deno.test("notes say which test holds a guard, and without which guard a process ended", () => {
  const lines = [{ test: "a", tries: "g" }, { test: "a", holds: ["g"] }, { test: "b", tries: "h" }]
    .map((line) => JSON.stringify(line));
  const whole = readNotes(lines.slice(0, 2).join("\n"), false);
  assert.deepEqual([...whole.held, whole.trying], [["g", "a"], undefined]);
  assert.deepEqual(readNotes(lines.join("\n"), false).trying, { test: "b", tries: "h" });
  assert.equal(readNotes(lines.join("\n"), true).trying, undefined);
});
