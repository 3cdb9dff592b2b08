import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readSources, type Sources } from "./_support/rooms.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const sources = await readSources(root, ["pipeline", "model", "tasks", "fixtures"]);

const DECLARATION =
  /^export (?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/;

/** Exported declarations without a comment that says what they are. */
function undocumented(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.split("\n");
    return lines.flatMap((line, at) => {
      const name = DECLARATION.exec(line)?.[1];
      const overloaded = name !== undefined && lines[at - 1]?.startsWith(`export function ${name}`);
      return name && !overloaded && !lines[at - 1]?.endsWith("*/") ? [`${path}: ${name}`] : [];
    });
  });
}

Deno.test("every exported declaration says what it is", () => {
  assert.deepEqual(undocumented(sources), []);
});

Deno.test("every file of the product says at its head what it is for", () => {
  const headless = [...sources].filter(([, text]) =>
    !/^\/\*\*\n(?: \*.*\n)+? \* @module\n/.test(text)
  );
  assert.deepEqual(headless.map(([path]) => path), []);
});

Deno.test("the check of documentation finds a declaration without any", () => {
  const found = undocumented(
    new Map([
      [
        "a.ts",
        "/** A. */\nexport const a = 1;\n\nexport interface B {}\nexport async function c() {}\n",
      ],
    ]),
  );
  assert.deepEqual(found, ["a.ts: B", "a.ts: c"]);
});
