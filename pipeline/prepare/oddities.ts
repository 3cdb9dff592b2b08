/**
 * What looks wrong about an input that was read: texts that tools have marked, tables that end where a
 * spreadsheet does, documents that are one another's copies. It is said, and changes nothing.
 *
 * @module
 */
import type { ManifestSource, Stage } from "../manifest.ts";
import { TEXT_FAULTS } from "../text/text_faults.ts";
import { type Document, SAME_TEXT } from "./documents.ts";
import { foldId } from "./match_ids.ts";

/** Share of notes or documents from which on something is said of them; one alone is no pattern. */
const SAID = 0.01;
/** Share of documents above which one patient's are too many. */
const MOST = 0.5;
/** Documents under which shares say little. */
const FEW = 10;
/** Rows of the longest tables of spreadsheets, with a header and without. */
const SPREADSHEETS = new Set([65_535, 65_536, 1_048_575, 1_048_576]);

/** `notes: 17 of 24 in RTF; …` for each thing that more than a hundredth of the texts have. */
export function describeTexts(
  { notes, documents }: { readonly notes: Stage; readonly documents: Stage },
): string[] {
  const told = [...TEXT_FAULTS].map(([fault, remedy]) => describe(notes, fault, remedy));
  const copies = describe(
    documents,
    SAME_TEXT,
    "copies may be in several splits: leave them out, or give them one patient",
  );
  return [...told, copies].filter((line) => line !== undefined);
}

function describe({ stage, kept, noted }: Stage, what: string, remedy: string): string | undefined {
  const count = noted[what] ?? 0;
  if (count < 2 || count <= SAID * kept) return undefined;
  return `${stage}: ${count} of ${kept} ${what}; ${remedy}`;
}

/** `notes.csv has 1048575 rows, …` for each table that ends where spreadsheets end. */
export function describeCutTables(sources: readonly ManifestSource[]): string[] {
  return sources.filter(({ rows }) => SPREADSHEETS.has(rows)).map(({ name, rows }) =>
    `${name} has ${rows} rows, as many as a spreadsheet holds; it may be cut: export it whole`
  );
}

/** Says where one patient has most of a corpus's documents, which are then in one split. */
export function describePatients(
  documents: readonly Pick<Document, "patient">[],
  source: "mimic3" | "corpus",
): string[] {
  const sizes = [...Map.groupBy(documents, ({ patient }) => foldId(patient)).values()]
    .map(({ length }) => length);
  const most = Math.max(0, ...sizes);
  if (source === "mimic3" || documents.length < FEW || most <= MOST * documents.length) return [];
  return [
    `${most} of ${documents.length} documents are one patient's, and so in one split; check that the ` +
    "patients' column holds these, or choose it with --patient-column",
  ];
}
