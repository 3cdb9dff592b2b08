/** Tables as Python's csv reads them: what `prepare` reads is held against it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { succeeds } from "./processes.ts";
import { temporary } from "./tiny.ts";

/** Whether there is no Python here. */
export const noPython = !await succeeds("python3", ["--version"]);

/** A table as it lies in a file, and what stands between its fields. */
export interface StoredTable {
  readonly content: string;
  readonly delimiter: string;
}

/** Reads each table of a list of paths; null where it refuses. */
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

/** The rows of each table; null of one that Python refuses. Empty rows are none. */
export async function readWithPython(
  tables: readonly StoredTable[],
): Promise<(string[][] | null)[]> {
  await using directory = await temporary();
  const paths = tables.map(({ delimiter }, at) => [join(directory.path, `${at}`), delimiter]);
  for (const [at, { content }] of tables.entries()) {
    await Deno.writeTextFile(paths[at]![0]!, content);
  }
  const child = new Deno.Command("python3", {
    args: ["-c", READER],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(paths)));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Cells without outer blanks, on which readers differ, and no rows of none. */
export function comparable(rows: readonly (readonly (string | null)[])[]): string[][] {
  return rows.map((row) => row.map((cell) => (cell ?? "").trim()))
    .filter((row) => row.some((cell) => cell !== ""));
}

/** Quotes between tabs may be characters; Python takes a tab before a quote for text, and the quote too. */
export function isReadOtherwise({ content, delimiter }: StoredTable): boolean {
  return delimiter === "\t" ? content.includes('"') : /(?:^|[,\r\n]) *\t[ \t]*"/.test(content);
}
