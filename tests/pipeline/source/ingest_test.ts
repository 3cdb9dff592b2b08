import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { DataError, ReportedError } from "../../../pipeline/errors.ts";
import { readTable } from "../../_support/read_table.ts";
import { temporary } from "../../_support/tiny.ts";

const found = await new Deno.Command("python3", { args: ["--version"] }).output()
  .catch(() => ({ success: false }));
const ignore = !found.success;

const TABLES = 500;

/** Reads each table of a list of paths as Python's csv does; null where it refuses. */
const READER = `
import csv, json, sys
csv.field_size_limit(1 << 30)
def rows(path, delimiter):
    with open(path, newline="", encoding="utf-8-sig") as file:
        try:
            found = list(csv.reader(file, delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return None
    return [row for row in found if any(cell.strip() for cell in row)]
print(json.dumps([rows(path, delimiter) for path, delimiter in json.load(sys.stdin)]))
`;

async function readWithPython(tables: readonly (readonly [path: string, delimiter: string])[]) {
  const child = new Deno.Command("python3", {
    args: ["-c", READER],
    stdin: "piped",
    stdout: "piped",
  })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(tables)));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success);
  return JSON.parse(new TextDecoder().decode(stdout)) as (string[][] | null)[];
}

const cell = fc.oneof(
  fc.constantFrom("", "a", "fever", "5mg", "é", "患", "0066", "1e5", "NULL"),
  fc.string({ unit: fc.constantFrom("a", " ", "b", '"', ",", "\t", "\n", "\r\n", "x") }),
);
const end = fc.constantFrom("\n", "\r\n", "\r");

/** Tables as programs and people write them: most are right, some are not. */
const table = fc.record({
  delimiter: fc.constantFrom(",", ",", ",", "\t"),
  end,
  mark: fc.constantFrom("", "", "\ufeff"),
  rows: fc.array(
    fc.record({
      cells: fc.tuple(cell, cell, cell),
      quote: fc.constantFrom("needed", "needed", "always", "never"),
      blank: fc.constantFrom("", "", "", " "),
      other: fc.option(end, { freq: 12 }),
      short: fc.constantFrom(...Array<boolean>(40).fill(false), true),
    }),
    { minLength: 1, maxLength: 6 },
  ),
}).map(({ delimiter, end, mark, rows }) => {
  const lines = rows.map(({ cells, quote, blank, other, short }) => {
    const written = cells.slice(0, short ? 2 : 3).map((cell) => {
      const needed = cell.includes(delimiter) || /["\r\n]/.test(cell);
      const quoted = quote === "always" || quote === "needed" && needed;
      return quoted ? `${blank}"${cell.replaceAll('"', '""')}"` : cell;
    });
    return written.join(delimiter) + (other ?? end);
  });
  return { delimiter, text: mark + ["id", "text", "more"].join(delimiter) + end + lines.join("") };
});

/** Cells without outer blanks, on which readers differ; line ends as one. */
const trimmed = (rows: readonly (readonly (string | null)[])[]) =>
  rows.map((row) => row.map((cell) => (cell ?? "").trim()))
    .filter((row) => row.some((cell) => cell !== ""));

Deno.test(
  { name: `${TABLES} tables are read as Python's csv reads them, or refused`, ignore },
  async () => {
    await using directory = await temporary();
    const tables = fc.sample(table, { numRuns: TABLES, seed: 12 });
    const paths = tables.map(({ delimiter }, at) =>
      [join(directory.path, `${at}`), delimiter] as const
    );
    for (const [at, { text }] of tables.entries()) await Deno.writeTextFile(paths[at]![0], text);
    const theirs = await readWithPython(paths);
    let read = 0;
    for (const [at, { text, delimiter }] of tables.entries()) {
      // Quotes of a table of tabs may be characters, which is tested by itself.
      if (delimiter === "\t" && text.includes('"')) continue;
      const ours = await readTable(text, { required: ["id", "text"] }).catch((error) => {
        assert.ok(error instanceof ReportedError, error.stack);
        return undefined;
      });
      if (!ours) continue;
      read++;
      assert.deepEqual(trimmed(ours), trimmed(theirs[at] ?? []), JSON.stringify(text));
    }
    assert.ok(read > TABLES / 3, `only ${read} were read`);
  },
);

Deno.test("fault 16: a table of a header alone is refused", async () => {
  for (const text of ["id,text", "id,text\r\n\r\n", "\ufeffid\ttext\n", "sep=;\nid;text\n"]) {
    await assert.rejects(readTable(text, { required: ["id", "text"] }), (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, /no rows below the header/);
      return true;
    });
  }
});

Deno.test("fault 74: what readers disagree on behind a table's first 64 MB is refused with its line", async () => {
  const line = `1,${"word ".repeat(2000)}\n`; // 10 kB
  const lines = Math.ceil((64 << 20) / line.length) + 200;
  const text = "id,text\n" + line.repeat(lines) + '2,"a" \r\n3,"b"\r\n' + line;
  await assert.rejects(readTable(text, { required: ["id", "text"] }), (error: Error) => {
    assert.ok(error instanceof DataError, error.message);
    assert.match(
      error.message,
      new RegExp(`line ${lines + 2} of .* has a line end of another kind`),
    );
    return true;
  });
});
