/**
 * Reads and tokenises the notes, joins them with the codes of their documents, and accounts for what
 * did not find its other side.
 *
 * @module
 */
import { shown } from "../errors.ts";
import type { ManifestSource, Stage } from "../manifest.ts";
import type { Progress } from "../progress.ts";
import type { Source } from "../source/source.ts";
import type { TokenStore } from "../text/token_store.ts";
import { DocumentGatherer, type Gathering } from "./documents.ts";
import type { Input } from "./input.ts";
import { describeIds, describeLosses, findLosses, type InputLoss, refuseLosses } from "./losses.ts";
import { matchLabels } from "./match_ids.ts";
import type { Settings } from "./options.ts";
import { emptyVocabulary } from "./words.ts";

/** Documents of a source, its terms, and what became of its tables. */
export interface GatheredNotes {
  readonly gathering: Gathering;
  /** Every term of the notes, in no particular order. */
  readonly terms: readonly string[];
  readonly sources: readonly ManifestSource[];
  readonly stages: readonly Stage[];
  /** What was lost, a line each: to be said when all is done. */
  readonly losses: readonly string[];
}

/**
 * Puts all notes into `store` and gathers them into documents.
 *
 * @throws {DataError} where notes and codes do not belong together, or hold no word.
 * @throws {IntegrityError} where a file changes while it is read.
 */
export async function gatherNotes(
  { source }: Input,
  store: TokenStore,
  { input, allowLoss }: Pick<Settings, "input" | "allowLoss">,
  progress: Progress,
): Promise<GatheredNotes> {
  const meter = progress.stage("notes", source.noteBytes, "bytes");
  const gatherer = new DocumentGatherer();
  let count = 0;
  for await (const notes of source.notes()) {
    const first = count;
    for (const note of notes) gatherer.add(note, count++);
    await store.add(notes.map(({ text }, i) => ({ id: first + i, text })));
    meter.reach(source.bytesRead());
  }
  const terms = [...await store.finish()];
  const { sources, stages } = await source.finish();
  if (count > 0 && terms.length === 0) throw emptyVocabulary(`${count} notes hold no word`);
  const { ids } = gatherer;
  const { assignments, others } = matchLabels(ids, source.assignments);
  const gathering = gatherer.gather(assignments, source.patients, (note) => store.length(note));
  const { kept, read } = gathering.stage;
  const matched = describeMatched(others);
  meter.end(`${count} notes, ${kept} of ${read} documents with codes${matched}`);
  tellUnverified(source, sources, progress);
  const alone = assignments.entries().filter(([id]) => input.kind === "corpus" && !ids.has(id));
  const losses = findLosses({
    stages: { notes: stages[0], codes: stages[1], documents: gathering.stage },
    withoutNote: alone.reduce((sum, [, { length }]) => sum + length, 0),
    titles: titlesOf(source),
  });
  if (!allowLoss) refuseGreat(losses, ids, assignments, source);
  return { gathering, terms, sources, stages, losses: describeLosses(losses) };
}

/** `; 60 ids of labels are written otherwise, such as 7.0 for 7`: nothing where none is. */
function describeMatched(others: ReadonlyMap<string, string>): string {
  for (const [label, note] of others) {
    return `; ${others.size} ids of labels are written otherwise, such as ${shown(label)} for ` +
      shown(note);
  }
  return "";
}

/** How many codes have no words, where there are tables of these. */
function titlesOf({ titled, codes }: Source) {
  if (!titled) return undefined;
  return { codes: codes.length, without: codes.filter(({ title }) => title === "").length };
}

function refuseGreat(
  losses: readonly InputLoss[],
  notes: ReadonlySet<string>,
  assignments: ReadonlyMap<string, unknown>,
  { codes }: Source,
): void {
  const labels = new Set(assignments.keys());
  refuseLosses(losses, describeIds({ notes, labels, codes: codes.map(({ code }) => code) }));
}

function tellUnverified(
  { restricted }: Source,
  sources: readonly ManifestSource[],
  progress: Progress,
): void {
  const unverified = sources.filter(({ verified }) => !verified);
  if (!restricted || unverified.length === 0) return;
  const rows = unverified.map(({ name, rows }) => `${name} ${rows} rows`).join(", ");
  progress.warn(`unverified, as no SHA256SUMS.txt beside them names them: ${rows}`);
}
