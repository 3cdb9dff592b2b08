/** The text in every column of every table: in a row, in all rows, in the header. */
import { type Canary, TEXT, textFor } from "./canary.ts";
import { corpusTables } from "./corpus_tables.ts";
import { type Format, FORMATS, formatTable, type Rows } from "./formats.ts";
import { mimicTables } from "./mimic_tables.ts";
import type { Table } from "./tables.ts";
import { walkPrepare } from "./walk_prepare.ts";

type Place = "every row" | "a row" | "the header";

/** Where the text is put into a table. */
interface Cell {
  readonly place: Place;
  readonly column: string;
}

/** The text in every column of a table, in each of these places. */
async function walkTable(
  table: Table,
  workplace: string,
  { format, places }: { readonly format: Format; readonly places: readonly Place[] },
): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const column of table.columns) {
    for (const place of places) {
      const { columns, rows } = spoil(table, { place, column });
      const content = await formatTable(format, columns, rows);
      const canary = await walkPrepare(workplace, {
        where: `${table.name}.${format}, ${place} of ${column}`,
        write: (folder) => table.command(content, folder, format),
        isNote: table.texts?.includes(column),
      });
      canaries.push(canary);
    }
  }
  return canaries;
}

/** A table with the text in a place. */
function spoil(
  { columns, rows }: Table,
  { place, column }: Cell,
): { readonly columns: readonly string[]; readonly rows: Rows } {
  const at = columns.indexOf(column);
  if (place === "the header") return { columns: columns.with(at, TEXT), rows };
  const middle = Math.floor(rows.length / 2);
  const isSpoilt = (number: number) => place === "every row" || number === middle;
  const spoilt = rows.map((row, number) => isSpoilt(number) ? row.with(at, textFor(column)) : row);
  return { columns, rows: spoilt };
}

/** The tables of a corpus, in each format. */
export async function walkCorpusTables(workplace: string): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const table of corpusTables) {
    for (const format of FORMATS) {
      const places = format === "csv"
        ? ["every row", "a row", "the header"] as const
        : ["a row"] as const;
      canaries.push(...await walkTable(table, workplace, { format, places }));
    }
  }
  return canaries;
}

/** The tables of MIMIC-III. */
export async function walkMimicTables(workplace: string): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const table of mimicTables) {
    const places = ["a row", "the header"] as const;
    canaries.push(...await walkTable(table, workplace, { format: "csv", places }));
  }
  return canaries;
}
