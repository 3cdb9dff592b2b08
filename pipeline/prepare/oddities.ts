/**
 * What looks wrong about an input that was read: texts that tools have marked, tables that end where a
 * spreadsheet does, documents that are one another's copies. It is said, and changes nothing.
 *
 * @module
 */
import { shown } from "../errors.ts";
import type { ManifestSource, Stage } from "../manifest.ts";
import { NO_PATIENT } from "../source/corpus_notes.ts";
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

/**
 * Says where notes of a corpus are nobody's, where one patient has most documents, which are then in one
 * split, and where ids that may be one patient's in several forms (`7`, `007`) were given several splits.
 */
export function describePatients(
  documents: readonly Pick<Document, "patient" | "split">[],
  { source, notes }: { readonly source: "mimic3" | "corpus"; readonly notes: Stage },
): string[] {
  if (source === "mimic3") return [];
  const nobodys = documents.some(({ split }) => split === undefined) &&
    describe(
      notes,
      NO_PATIENT,
      "each counts as another patient's, so that one's may be in several splits",
    );
  const patients = [...Map.groupBy(documents, ({ patient }) => foldId(patient)).values()];
  const most = patients.reduce((most, { length }) => Math.max(most, length), 0);
  const divided = patients.filter((theirs) => new Set(theirs.map(({ split }) => split)).size > 1);
  const warnings = nobodys ? [nobodys] : [];
  if (documents.length >= FEW && most > MOST * documents.length) {
    warnings.push(
      `${most} of ${documents.length} documents are one patient's, and so in one split; check that the ` +
        "patients' column holds these, or choose it with --patient-column",
    );
  }
  if (divided.length > 0) {
    const forms = [...new Set(divided[0]!.map(({ patient }) => shown(patient)))].join(" and ");
    warnings.push(
      `${divided.length} patients whose ids have several forms, such as ${forms}, are in several splits; ` +
        "where they are one, write them alike",
    );
  }
  return warnings;
}
