/** The text in files of the user's that are no tables: lists, and HCUP's. */
import { join } from "node:path";
import { type Canary, TEXT, textFor } from "./canary.ts";
import { CCS, formatCcs, writeMimic } from "./mimic_tables.ts";
import { walkPrepare } from "./walk_prepare.ts";

/** A file beside MIMIC-III's tables that holds the text. */
interface Listing {
  readonly where: string;
  readonly file: string;
  readonly content: string;
  /** What else `prepare` is given, `DIR` for the folder. */
  readonly more?: readonly string[];
}

const LISTS: readonly Listing[] = [
  {
    where: "a list of ids",
    file: "dev_full_hadm_ids.csv",
    content: `100001\n${TEXT}\n`,
    more: ["--split", "published", "--splits", "DIR"],
  },
  {
    where: "a list of codes",
    file: "codes.csv",
    content: `428.0\n${TEXT}\n`,
    more: ["--top-codes", "DIR/codes.csv"],
  },
  {
    where: "a list of digests",
    file: "SHA256SUMS.txt",
    content: `${TEXT}\n${TEXT} NOTEEVENTS.csv\n`,
  },
];

/** HCUP's files, the text in each of their fields. */
function ccsFiles(): Listing[] {
  const title = textFor("title").replaceAll("\n", " ");
  return Object.entries(CCS).flatMap(([file, fields]) =>
    fields.map((_, at) => ({
      where: `${file}, field ${at + 1}`,
      file,
      content: formatCcs(fields.with(at, at < 2 ? `'${TEXT}'` : `'${title}'`)),
    }))
  );
}

/** Each of them among the files of a small MIMIC-III. */
export async function walkLists(workplace: string): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const { where, file, content, more = [] } of [...LISTS, ...ccsFiles()]) {
    const write = async (folder: string) => {
      const args = await writeMimic(folder);
      await Deno.writeTextFile(join(folder, file), content);
      return [...args, ...more.map((arg) => arg.replace("DIR", folder))];
    };
    canaries.push(await walkPrepare(workplace, { where, write }));
  }
  return canaries;
}
