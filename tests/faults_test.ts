import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readSources } from "./_support/rooms.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The numbers of "7" and of "14–15". */
function numbersOf(text: string): number[] {
  const [first, last = first] = text.split("–").map(Number);
  return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
}

/** The rows of the catalogue, by their numbers. */
async function catalogue(): Promise<number[]> {
  const text = await Deno.readTextFile(`${root}docs/faults.md`);
  return [...text.matchAll(/^\| (\d+(?:–\d+)?) +\|/gm)].flatMap(([, row]) => numbersOf(row!));
}

/** The rows that some test is named after: `fault 7: …`, `faults 5–6, 12: …`. */
async function tested(): Promise<Set<number>> {
  const sources = await readSources(root, ["tests"]);
  const names = [...sources].filter(([path]) => path !== "tests/faults_test.ts")
    .flatMap(([, text]) => [...text.matchAll(/["'`]faults? (\d[\d–, ]*):/gi)]);
  return new Set(names.flatMap(([, rows]) => rows!.split(",")).flatMap(numbersOf));
}

/** The rows that the catalogue itself says no test is named after yet. */
async function untested(): Promise<number[]> {
  const text = await Deno.readTextFile(`${root}docs/faults.md`);
  const [, rows = ""] = /No test is named after these rows yet: ([\d,\s]+)\./.exec(text) ?? [];
  return [...rows.matchAll(/\d+/g)].map(([row]) => Number(row));
}

Deno.test("the catalogue of faults numbers its rows from 1 on, without a gap", async () => {
  const rows = await catalogue();
  assert.ok(rows.length >= 80);
  assert.deepEqual(rows, rows.map((_, at) => at + 1));
});

Deno.test("every row of the catalogue has a test of its number, or is said to have none", async () => {
  const names = await tested();
  assert.deepEqual((await catalogue()).filter((row) => !names.has(row)), await untested());
});

Deno.test("every test that is named after a row names one that there is", async () => {
  const rows = new Set(await catalogue());
  assert.deepEqual([...await tested()].filter((row) => !rows.has(row)), []);
});
