/**
 * From raw tables to dataset directories: reads and tokenises the notes once, then writes the full
 * label set and that of the most frequent codes, which share vocabulary and word vectors.
 *
 * @module
 */
import { join } from "node:path";
import { reserveDatasets } from "../dataset/hold.ts";
import { markRestricted, privateModes } from "../files/restricted.ts";
import { Staging } from "../files/staging.ts";
import type { Manifest, ManifestSource, Stage } from "../manifest.ts";
import { interruptible, type Progress, silent } from "../progress.ts";
import { LABEL_NOUNS, SPLITS, TASKS } from "../schema.ts";
import { TokenStore } from "../text/token_store.ts";
import type { SplitRule } from "./cohort.ts";
import { gatherNotes } from "./gather_notes.ts";
import { isRestricted, openInput } from "./input.ts";
import { completeOptions, manifestOptions, type PrepareOptions } from "./options.ts";
import { checkListed, type LabelSetPlan, planFull, type Planning, planTop } from "./plan.ts";
import { findForeign } from "./replaceable.ts";
import { readRules } from "./rules.ts";
import { type EncodedNotes, joinSentences, writeWords } from "./words.ts";
import { writeDataset } from "./write_dataset.ts";

/** What {@linkcode prepareDataset} made. */
export interface Prepared {
  /** Folder of the dataset directories, as it was given. */
  readonly directory: string;
  /** Label set → its manifest, in the order written. */
  readonly datasets: Readonly<Record<string, Manifest>>;
}

/**
 * Prepares `full/` and `top50/` in a new directory, which appears whole or not at all. The same
 * input, options and seed give the same bytes; word vectors do with one thread.
 *
 * @throws {UsageError} where options contradict each other or the directory exists.
 * @throws {DataError} where the input is missing or malformed.
 * @throws {IntegrityError} where the input contradicts itself or changes while it is read.
 * @throws {ResourceError} where memory, disk or a C compiler is lacking.
 * @throws {LockedError} where another process prepares the same directory.
 * @throws {unknown} the reason of `interrupt`, soon after it is aborted: then nothing is left behind.
 */
export async function prepareDataset(
  options: PrepareOptions,
  listener: Progress = silent,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<Prepared> {
  const progress = interruptible(listener, interrupt);
  const settings = completeOptions(options);
  const restricted = await isRestricted(settings);
  using _modes = privateModes(restricted);
  await using place = await Staging.open(settings.out, {
    replace: settings.replace,
    findForeign,
    reserve: reserveDatasets,
    progress,
  });
  const rules = await readRules(settings);

  const reading = progress.stage("codes");
  using input = await openInput(settings, place.scratch);
  const { codes, assignments, remarks } = input.source;
  reading.end([`${codes.length} codes of ${assignments.size} documents`, ...remarks].join("; "));
  if (rules.listed) checkListed(rules.listed, new Set(input.source.codes.map(({ code }) => code)));
  using store = new TokenStore({ directory: place.scratch, threads: settings.threads });
  const notes = await gatherNotes(input, store, settings, progress);
  const { gathering, terms, sources, stages } = notes;
  const given = settings.split === "patient" && gathering.documents.some(({ split }) => split);
  const rule: SplitRule = given ? { method: "given" } : rules.split;

  const work: Work = {
    settings,
    restricted,
    input,
    store,
    rules,
    rule,
    gathering,
    sources: [...sources, ...input.files, ...rules.files],
    stages: [...stages, gathering.stage],
    progress,
  };
  const full = planFull(work);
  const top = planTop(work, full.cohort);
  const { scratch } = place;
  const from = { settings, store, terms, gathering, full: full.cohort, scratch, interrupt };
  const words = await writeWords(from, progress);
  const datasets: Record<string, Manifest> = {};
  for (const plan of [full, top]) {
    datasets[plan.name] = await writeSet(join(place.directory, plan.name), plan, words, work);
  }
  if (restricted) await markRestricted(place.directory);
  interrupt.throwIfAborted();
  await place.commit();
  for (const loss of notes.losses) progress.warn(loss);
  return { directory: settings.out, datasets };
}

/** What all label sets are planned and written from. */
interface Work extends Planning {
  readonly restricted: boolean;
  readonly store: TokenStore;
  readonly sources: readonly ManifestSource[];
  readonly stages: readonly Stage[];
}

async function writeSet(
  directory: string,
  { name, top, topBy, cohort, index, topCodes }: LabelSetPlan,
  words: EncodedNotes,
  { settings, restricted, input, store, rule, sources, stages, progress }: Work,
): Promise<Manifest> {
  const meter = progress.stage(`dataset ${name}`, cohort.documents.length, "documents");
  let written = 0;
  const manifest = await writeDataset(directory, {
    documents: cohort.documents,
    index,
    text: ({ notes }) => {
      meter.reach(++written);
      return joinSentences(notes, words.sentences);
    },
    length: ({ notes }) => notes.reduce((sum, note) => sum + store.length(note), 0),
    shared: await words.putInto(directory),
    facts: {
      labelSet: name,
      restricted,
      synthetic: input.source.synthetic,
      options: manifestOptions(settings, { split: rule.method, top, topBy }),
      sources,
      stages: [...stages, ...cohort.stages],
      vocabulary: words.vocabulary.length,
      rareWords: words.rare.length,
      topCodes,
    },
  });
  meter.end(describe(manifest));
  return manifest;
}

function describe({ documents, labels }: Manifest): string {
  const sizes = SPLITS.map((split) => `${split} ${documents[split]}`).join(", ");
  return `${sizes}; ${TASKS.map((task) => `${labels[task]} ${LABEL_NOUNS[task]}`).join(", ")}`;
}
