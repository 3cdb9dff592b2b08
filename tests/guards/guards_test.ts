import assert from "node:assert/strict";
import { coveringTests } from "./covering.ts";
import { findGuards, withoutGuard } from "./find_guards.ts";

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

Deno.test("tests of a file's name come first, then those that import it, then those of its users", () => {
  const sources = new Map([
    ["pipeline/a.ts", ""],
    ["pipeline/b.ts", 'import { a } from "./a.ts";'],
    ["tests/pipeline/a_test.ts", 'import { a } from "../../pipeline/a.ts";'],
    ["tests/pipeline/a_more_test.ts", ""],
    ["tests/pipeline/b_test.ts", 'import { b } from "../../pipeline/b.ts";'],
    ["tests/other_test.ts", 'import { a } from "../pipeline/a.ts";'],
    ["tests/bad_paths_test.ts", 'import { a } from "../pipeline/a.ts";'],
  ]);
  assert.deepEqual(coveringTests("pipeline/a.ts", sources), [
    ["tests/pipeline/a_test.ts", "tests/pipeline/a_more_test.ts"],
    ["tests/other_test.ts"],
    ["tests/pipeline/b_test.ts"],
  ]);
});
