/** MDACE's annotations, where they are, and notes for them: theirs may not be had without credentials. */
import type { Annotation } from "../../pipeline/evidence/annotation.ts";
import { sharedPath } from "./shared_data.ts";
import { codeTable, csv, NOTE_COLUMNS, noteRow, type TinyMimic } from "./tiny.ts";

/** The release, as it is distributed. */
export const MDACE = "mdace/mdace-1.0.tar.gz";

/** Unpacks the release's `data/` into a folder. */
export async function unpackMdace(directory: string): Promise<void> {
  const args = ["-xzf", sharedPath(MDACE), "-C", directory];
  const { success } = await new Deno.Command("tar", { args }).output();
  if (!success) throw new Error("tar does not unpack MDACE");
}

const WORDS = [
  "patient",
  "with",
  "chest",
  "pain",
  "and",
  "a",
  "history",
  "of",
  "atrial",
  "fibrillation",
];

/** A made-up note of at least so many characters. */
function inventNote(length: number, seed: number): string {
  let text = "";
  for (let at = seed; text.length < length; at += 7) {
    text += WORDS[at % WORDS.length]! + (at % 5 === 0 ? ".\n" : " ");
  }
  return text;
}

/**
 * Tables with the admissions and notes that annotations of MDACE's are in, their texts made up, and with
 * the diagnoses that others are of; and the texts by ROW_ID.
 */
export function inventTables(
  annotations: readonly Annotation[],
  diagnoses: readonly Annotation[],
): { tables: TinyMimic; texts: ReadonlyMap<number, string> } {
  const rows: unknown[][] = [];
  const texts = new Map<number, string>();
  const codes = new Set<string>();
  for (const [note, own] of Map.groupBy(annotations, ({ note }) => note!)) {
    const longest = Math.max(...own.map(({ stretches }) => stretches[0]!.end));
    const text = inventNote(longest, note);
    const admission = Number(own[0]!.document);
    texts.set(note, text);
    rows.push(noteRow({ row: note, patient: admission, admission, text }));
  }
  for (const { document, code } of diagnoses) codes.add(`${document} ${code.replace(".", "")}`);
  const assigned = [...codes].map((pair) => {
    const [document, code] = pair.split(" ");
    return [Number(document), Number(document), code] as const;
  });
  return {
    tables: {
      notes: csv(NOTE_COLUMNS, rows),
      diagnoses: codeTable(assigned),
      procedures: codeTable([[1, 1, "0066"]]),
    },
    texts,
  };
}
