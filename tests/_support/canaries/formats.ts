/** Tables in each of the formats that a corpus may have. */
import { DuckDBInstance } from "@duckdb/node-api";
import { csv } from "../tiny.ts";

/** Cells, as text. */
export type Rows = readonly (readonly string[])[];

type Writer = (columns: readonly string[], rows: Rows) => string | Promise<Uint8Array>;

/** Writers of tables, by the ending of the file's name. */
const WRITERS = {
  csv: (columns, rows) => csv(columns, rows),
  tsv: (columns, rows) => csv(columns, rows, "\t"),
  jsonl: formatJsonLines,
  parquet: formatParquet,
} as const satisfies { readonly [extension: string]: Writer };

/** The ending of a table's name. */
export type Format = keyof typeof WRITERS;

/** All of them. */
export const FORMATS = Object.keys(WRITERS) as Format[];

/** A table's bytes. */
export async function formatTable(
  format: Format,
  columns: readonly string[],
  rows: Rows,
): Promise<Uint8Array> {
  const content = await WRITERS[format](columns, rows);
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function formatJsonLines(columns: readonly string[], rows: Rows): string {
  const objects = rows.map((row) =>
    Object.fromEntries(row.map((cell, at) => [columns[at]!, cell]))
  );
  return objects.map((object) => JSON.stringify(object) + "\n").join("");
}

async function formatParquet(columns: readonly string[], rows: Rows): Promise<Uint8Array> {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const values = rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ");
  const names = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM (VALUES ${values}) t(${names})) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const bytes = await Deno.readFile(path);
  await Deno.remove(path);
  return bytes;
}
