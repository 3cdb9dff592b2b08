import assert from "node:assert/strict";
import { coveringTests } from "./covering.ts";
import { findGuards, withNotes, withoutGuard } from "./find_guards.ts";
import { Findings } from "./findings.ts";
import { listPlaces } from "./places.ts";

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

Deno.test("guards note that they refuse, and all else stays as it was", () => {
  const noted = withNotes(source, ({ line }) => `note(${line});`);
  assert.match(noted, /\{ note\(15\); fail\("of a kind"\); \}/);
  const without = noted.replace(/\{ note\(\d+\); ((?:throw|fail)[\s\S]*?;) \}/g, "$1");
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

Deno.test("of the tests that make a guard refuse, the quickest comes first; what fails anyway does not", async () => {
  const findings = await Findings.open(undefined);
  findings.tests.set("slow", { passes: true, seconds: 9, fires: ["g"] });
  findings.tests.set("quick", { passes: true, seconds: 1, fires: ["f", "g"] });
  findings.tests.set("broken", { passes: false, seconds: 0, fires: ["g"] });
  findings.tests.set("other", { passes: true, seconds: 0, fires: ["f"] });
  assert.deepEqual(findings.firing("g"), ["quick", "slow"]);
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
    "tests/pipeline/a_test.ts",
    "tests/pipeline/a_more_test.ts",
    "tests/other_test.ts",
    "tests/pipeline/b_test.ts",
  ]);
});
