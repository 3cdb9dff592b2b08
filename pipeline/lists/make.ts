/**
 * Makes the files of this folder out of the lists as they were published:
 *
 *     deno run --allow-read --allow-write pipeline/lists/make.ts CAML_FOLDER CLEAN_CSV
 *
 * `CAML_FOLDER` holds caml-mimic's `{train,dev,test}_{full,50}_hadm_ids.csv` and `TOP_50_CODES.csv`,
 * `CLEAN_CSV` is the gzipped `hadm_id,split` of "MIMIC-III clean".
 *
 * @module
 */
import { gunzipSync, gzipSync } from "fflate";
import { join } from "node:path";
import { perSplit, SPLITS } from "../schema.ts";
import { readCodeList } from "./code_list.ts";
import { readFolderLists } from "./folder.ts";
import type { PublishedLists } from "./id_lists.ts";
import { packLists } from "./packed.ts";

/** The files, by name. The same lists give the same bytes. */
export async function makeFiles(
  camlFolder: string,
  cleanCsv: string,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const full = await readFolderLists(camlFolder, "full");
  const top = await readFolderLists(camlFolder, "50");
  const codes = await readCodeList(join(camlFolder, "TOP_50_CODES.csv"));
  const clean = parseClean(new TextDecoder().decode(gunzipSync(await Deno.readFile(cleanCsv))));
  return {
    "caml.txt.gz": compress(packLists({ full: full.lists, top: top.lists })),
    "edin-clean.txt.gz": compress(packLists(clean)),
    "top_50_codes.json": new TextEncoder().encode(JSON.stringify(codes, null, 2) + "\n"),
  };
}

function parseClean(csv: string): PublishedLists {
  const [header, ...rows] = csv.trimEnd().split("\n");
  if (header !== "hadm_id,split") throw new RangeError(`header ${header}, not hadm_id,split`);
  const splitOf = new Map(rows.map((row) => row.split(",") as [string, string]));
  const ids = (split: string) => [...splitOf].flatMap(([id, own]) => own === split ? [id] : []);
  const full = perSplit((split) => new Set(ids(split)));
  const placed = SPLITS.reduce((sum, split) => sum + full[split].size, 0);
  if (placed !== rows.length) throw new RangeError(`${placed} of ${rows.length} rows placed`);
  return { full, top: undefined };
}

function compress(text: string): Uint8Array {
  return gzipSync(new TextEncoder().encode(text), { level: 9, mtime: 0 });
}

if (import.meta.main) {
  const [camlFolder, cleanCsv] = Deno.args;
  if (camlFolder === undefined || cleanCsv === undefined) {
    throw new TypeError("expected CAML_FOLDER CLEAN_CSV");
  }
  for (const [name, bytes] of Object.entries(await makeFiles(camlFolder, cleanCsv))) {
    await Deno.writeFile(new URL(name, import.meta.url), bytes);
  }
}
