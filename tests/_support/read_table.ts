/** A table as `prepare` reads it. */
import { join } from "node:path";
import type { CsvExpectation } from "../../pipeline/source/csv_file.ts";
import { from } from "../../pipeline/source/database.ts";
import { Ingest, openTables } from "../../pipeline/source/ingest.ts";
import { limits, temporary } from "./tiny.ts";

/** The header and rows of a table with this content, all of it checked. */
export async function readTable(
  content: string | Uint8Array,
  { name = "table.csv", ...expected }: CsvExpectation & { readonly name?: string },
): Promise<(string | null)[][]> {
  await using directory = await temporary();
  const path = join(directory.path, name);
  await Deno.writeFile(
    path,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
  const [file] = await openTables([{ path, expected }]);
  const ingest = await Ingest.open([file!], limits(join(directory.path, "spill")));
  try {
    const rows = await ingest.guard(() =>
      ingest.database.rows(`SELECT * FROM ${from(file!)}`, [file!])
    );
    ingest.counted(file!, rows.length);
    await ingest.finish();
    return [[...file!.columns], ...rows as (string | null)[][]];
  } finally {
    ingest.close();
  }
}
