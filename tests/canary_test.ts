/**
 * A recognisable text in every column of every table, in headers, lists, records, notes and options: no
 * command prints or writes it.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Canaries, CANARY } from "./_support/canaries/canary.ts";
import { temporary } from "./_support/tiny.ts";

const script = fileURLToPath(new URL("./_support/canaries/walk.ts", import.meta.url));

async function walkAll(): Promise<Canaries & { readonly stdout: string; readonly stderr: string }> {
  await using workplace = await temporary();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", script, workplace.path],
    cwd: workplace.path,
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, complained!);
  const lines = said!.trimEnd().split("\n");
  return { ...JSON.parse(lines.pop()!), stdout: lines.join("\n"), stderr: complained! };
}

const { canaries, stdout, stderr } = await walkAll();
const codesOf = (start: string) =>
  new Set(canaries.filter(({ where }) => where.startsWith(start)).map(({ exitCode }) => exitCode));

Deno.test("fault 50: no text of a table, list, record, note or option is printed or written", () => {
  const leaks = canaries.filter(({ found }) => found.length > 0);
  assert.deepEqual(leaks.map(({ where, found }) => `${where}: ${found.join(" | ")}`), []);
  assert.ok(!stdout.includes(CANARY));
  assert.ok(!stderr.includes(CANARY));
});

Deno.test("fault 59: a text where something else belongs is refused, or left out; nothing fails by it", () => {
  const usual = [0, 2, 3, 4];
  const others = canaries.filter(({ exitCode }) => !usual.includes(exitCode));
  assert.deepEqual(others.map(({ where, exitCode }) => `${where}: ${exitCode}`), []);
});

Deno.test("fault 50: the text came to where it is looked for", () => {
  assert.ok(canaries.length > 400, `${canaries.length} texts`);
  assert.deepEqual(codesOf("notes.csv, a row of text"), new Set([0]), "notes are read");
  assert.deepEqual(codesOf("notes.csv, a row of id"), new Set([3]), "no id is a sentence");
  assert.deepEqual(codesOf("config.json"), new Set([2, 4]), "records are checked");
  assert.deepEqual(codesOf("predict, the note"), new Set([0]), "notes are coded");
  assert.deepEqual(codesOf("audit, a cell of text"), new Set([0]), "and audited");
});
