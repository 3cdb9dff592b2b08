/**
 * Joins the notes that were read with the codes of their documents, and accounts for what did not find
 * its other side.
 *
 * @module
 */
import { shown } from "../errors.ts";
import type { ManifestSource, Stage } from "../manifest.ts";
import type { Meter, Progress } from "../progress.ts";
import type { Document, DocumentGatherer, Gathering } from "./documents.ts";
import type { CodedInput } from "./input.ts";
import { describeIds, describeLosses, findLosses, type InputLoss, refuseLosses } from "./losses.ts";
import { matchLabels } from "./match_ids.ts";
import { describeCutTables, describePatients, describeTexts } from "./oddities.ts";
import type { WriteSettings } from "./options.ts";
import type { NotesRead } from "./tokenise_notes.ts";
import { emptyVocabulary } from "./words.ts";

/** Documents of an input, and what became of its tables. */
export interface GatheredNotes {
  readonly gathering: Gathering;
  /** What became of notes, of codes and of documents, in this order. */
  readonly stages: readonly Stage[];
  /** What was lost or looks wrong, a line each: to be said when all is done. */
  readonly warnings: readonly string[];
}

/** An input whose notes were all read. */
export interface WholeInput extends CodedInput {
  readonly notes: NotesRead;
  /** It has taken every note. */
  readonly gatherer: DocumentGatherer;
  /** What reads the notes: it ends here. */
  readonly meter: Meter;
}

/**
 * Gathers the notes of an input into documents.
 *
 * @throws {DataError} where notes and codes do not belong together, or hold no word.
 */
export function gatherNotes(
  { source, notes, gatherer, meter }: WholeInput,
  { options, allowLoss }: Pick<WriteSettings, "options" | "allowLoss">,
  progress: Progress,
): GatheredNotes {
  const { count, texts, sources, stages } = notes;
  if (count > 0 && texts.terms.length === 0) throw emptyVocabulary(`${count} notes hold no word`);
  const { ids } = gatherer;
  const { assignments, others } = matchLabels(ids, source.assignments);
  const gathering = gatherer.gather(assignments, source.patients, (note) => texts.length(note));
  const { kept, read } = gathering.stage;
  const matched = describeMatched(others);
  const owners = describeOwners(gathering.documents, options.source);
  meter.end(`${count} notes, ${kept} of ${read} documents with codes${matched}${owners}`);
  tellUnverified(source, sources, progress);
  const alone = assignments.entries().filter(([id]) => options.source === "corpus" && !ids.has(id));
  const losses = findLosses({
    stages: { notes: stages[0], codes: stages[1], documents: gathering.stage },
    withoutNote: alone.reduce((sum, [, { length }]) => sum + length, 0),
    titles: titlesOf(source),
  });
  if (!allowLoss) refuseGreat(losses, ids, assignments, source);
  const warnings = [
    ...describeTexts({ notes: stages[0], documents: gathering.stage }),
    ...describeCutTables(sources),
    ...describePatients(gathering.documents, { source: options.source, notes: stages[0] }),
    ...describeLosses(losses),
  ];
  return { gathering, stages: [...stages, gathering.stage], warnings };
}

/** `; 60 ids of labels are written otherwise, such as 7.0 for 7`: nothing where none is. */
function describeMatched(others: ReadonlyMap<string, string>): string {
  for (const [label, note] of others) {
    return `; ${others.size} ids of labels are written otherwise, such as ${shown(label)} for ` +
      shown(note);
  }
  return "";
}

/** `; each note counts …` where no note of a corpus says whose it is, and they are dealt out to splits. */
function describeOwners(documents: readonly Document[], source: "mimic3" | "corpus"): string {
  const isNobodys = ({ id, patient, split }: Document) => patient === id && split === undefined;
  if (source === "mimic3" || !documents.every(isNobodys)) return "";
  return "; nothing says whose notes they are: each counts as another patient's";
}

/** How many codes have no words, where there are tables of these. */
function titlesOf({ titled, codes }: CodedInput["source"]) {
  if (!titled) return undefined;
  return { codes: codes.length, without: codes.filter(({ title }) => title === "").length };
}

function refuseGreat(
  losses: readonly InputLoss[],
  notes: ReadonlySet<string>,
  assignments: ReadonlyMap<string, unknown>,
  { codes }: CodedInput["source"],
): void {
  const labels = new Set(assignments.keys());
  refuseLosses(losses, describeIds({ notes, labels, codes: codes.map(({ code }) => code) }));
}

function tellUnverified(
  { restricted }: CodedInput["source"],
  sources: readonly ManifestSource[],
  progress: Progress,
): void {
  const unverified = sources.filter(({ verified }) => !verified);
  if (!restricted || unverified.length === 0) return;
  const rows = unverified.map(({ name, rows }) => `${name} ${rows} rows`).join(", ");
  progress.warn(`unverified, as no SHA256SUMS.txt beside them names them: ${rows}`);
}
