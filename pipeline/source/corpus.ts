/**
 * A corpus of one's own: tables of notes (id, text and, if wanted, patient and split), tables of
 * labels (id, code), and what stands in for CCS and the codes' dictionaries.
 *
 * @module
 */
import type { Grouping } from "../codes/ccs.ts";
import type { Code } from "../codes/code.ts";
import { withoutPoint } from "../codes/icd9.ts";
import { readGroups, readTitles } from "./corpus_codes.ts";
import { type LabelsRead, readAssignments } from "./corpus_labels.ts";
import { CorpusNotes } from "./corpus_notes.ts";
import { type CorpusTables, openCorpusTables, type OpenedTables } from "./corpus_tables.ts";
import type { CsvFile } from "./csv_file.ts";
import { Ingest } from "./ingest.ts";
import type { Source, SourceLimits } from "./source.ts";

/** A corpus, and the categories that its group tables give. */
export interface CorpusSource extends Source {
  /** Category of a code, from the group tables; undefined where there are none. */
  readonly grouping: Grouping | undefined;
}

/**
 * Opens a corpus's tables and reads its codes.
 *
 * @throws {DataError} where tables or columns are missing.
 */
export async function openCorpus(
  tables: CorpusTables,
  limits: SourceLimits,
): Promise<CorpusSource> {
  const files = await openCorpusTables(tables);
  const all = Object.values(files).flat().map(({ file }) => file);
  const ingest = await Ingest.open(all, limits);
  try {
    const { grouping, stage, remarks, warnings, ...codes } = await ingest.guard(() =>
      readCodes(ingest, files, tables)
    );
    const further = files.embedNotes.map(({ file }) => file);
    const notes = new CorpusNotes(ingest, { coded: files.notes, further, part: limits.part });
    return {
      restricted: false,
      synthetic: false,
      noteBytes: notes.bytes,
      ...codes,
      patients: new Map(),
      titled: files.titles.length > 0,
      remarks: [...taken(all), ...remarks, ...coverage(codes.codes, files, grouping)],
      warnings: [...doubts(files), ...warnings],
      grouping,
      notes: () => notes.read(),
      bytesRead: () => notes.bytesRead,
      finish: async () => ({
        sources: await ingest.finish(),
        stages: [notes.stage(), stage],
      }),
      close: () => ingest.close(),
    };
  } catch (error) {
    ingest.close();
    throw error;
  }
}

/** The codes of all documents, and what the tables about codes say of them. */
async function readCodes(
  ingest: Ingest,
  { titles, groups, labels }: OpenedTables,
  { codeSeparator: separator, columns }: CorpusTables,
): Promise<LabelsRead & Pick<CorpusSource, "grouping">> {
  const titled = await readTitles(ingest, titles);
  const grouped = groups.length > 0 ? await readGroups(ingest, groups) : undefined;
  const options = { separator, oneHot: columns?.oneHot };
  const read = await readAssignments(ingest, labels, titled.of, options);
  const warnings = [...titled.warnings, ...grouped?.warnings ?? [], ...read.warnings];
  return { ...read, warnings, grouping: grouped?.of };
}

/** What was taken for what: tables whose columns bear our names are not mentioned. */
function taken(files: readonly CsvFile[]): string[] {
  const alike = Map.groupBy(
    files.filter(({ taken }) => taken),
    ({ header, taken }) => (header ? "" : "without a header: ") + taken,
  );
  return [...alike].map(([taken, files]) => {
    const names = [...new Set(files.map(({ name }) => name))];
    return `${names.join(", ")} ${taken}`;
  });
}

/**
 * What is doubtful about the tables' columns, tables of the same doubts said once. Where a table's notes are
 * all of one split, it does not matter which column says so, or whose they are.
 */
function doubts({ notes, labels, groups, titles }: OpenedTables): string[] {
  const dealt = notes.filter(({ split }) => split === undefined);
  const all = [...dealt, ...labels, ...groups, ...titles].flatMap(({ file: { name, doubts } }) =>
    doubts.map((doubt) => `${name}: ${doubt}`)
  );
  return [...new Set(all)];
}

/** How many codes have a title and a category, where there are tables of these. */
function coverage(
  codes: readonly Code[],
  { titles }: { readonly titles: readonly unknown[] },
  grouping: Grouping | undefined,
): string[] {
  const share = (found: readonly Code[], what: string) =>
    `${found.length} of ${codes.length} codes have ${what}`;
  return [
    ...titles.length > 0 ? [share(codes.filter(({ title }) => title !== ""), "a title")] : [],
    ...grouping
      ? [share(codes.filter(({ kind, code }) => grouping(kind, withoutPoint(code))), "a category")]
      : [],
  ];
}
