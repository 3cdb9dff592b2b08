/**
 * From an input that was read, on one machine or on several, to the dataset directories: the full label
 * set and that of the most frequent codes, which share vocabulary and word vectors.
 *
 * @module
 */
import { join } from "node:path";
import { markRestricted } from "../files/restricted.ts";
import type { Staging } from "../files/staging.ts";
import type { Manifest, ManifestSource } from "../manifest.ts";
import type { Progress } from "../progress.ts";
import { LABEL_NOUNS, SPLITS, TASKS } from "../schema.ts";
import type { SplitRule } from "./cohort.ts";
import { type GatheredNotes, gatherNotes, type WholeInput } from "./gather_notes.ts";
import { manifestOptions, type WriteSettings } from "./options.ts";
import { type LabelSetPlan, planFull, type Planning, planTop } from "./plan.ts";
import type { Rules } from "./rules.ts";
import { type EncodedNotes, joinSentences, writeWords } from "./words.ts";
import { writeDataset } from "./write_dataset.ts";

/** Label set → its manifest, in the order written. */
export type Manifests = Readonly<Record<string, Manifest>>;

/** What the dataset directories are made of. */
export interface DatasetsContent {
  readonly settings: WriteSettings;
  readonly restricted: boolean;
  readonly rules: Rules;
  readonly input: WholeInput;
}

/**
 * Writes `full/` and `top50/` in place of what lies there, whole or not at all.
 *
 * @throws {DataError} where notes, codes and splits do not belong together.
 * @throws {IntegrityError} where splits contradict each other.
 * @throws {ResourceError} where memory, disk or a C compiler is lacking.
 * @throws {unknown} the reason of `interrupt`, soon after it is aborted.
 */
export async function writeDatasets(
  place: Staging,
  content: DatasetsContent,
  { progress, interrupt }: { readonly progress: Progress; readonly interrupt: AbortSignal },
): Promise<Manifests> {
  const { settings, restricted, rules, input } = content;
  const gathered = gatherNotes(input, settings, progress);
  const { gathering } = gathered;
  const given = rules.split.method === "patient" && gathering.documents.some(({ split }) => split);
  const rule: SplitRule = given ? { method: "given" } : rules.split;
  const planning = { settings, input, rules, rule, gathering, progress };
  const full = planFull(planning);
  const top = planTop(planning, full.cohort);
  const words = await writeWords({
    settings,
    scratch: place.scratch,
    texts: input.notes.texts,
    gathering,
    full: full.cohort,
    interrupt,
  }, progress);
  const sources = [...input.notes.sources, ...input.files, ...rules.files];
  const work: Work = { ...planning, restricted, input, sources, stages: gathered.stages };
  const manifests: Record<string, Manifest> = {};
  for (const plan of [full, top]) {
    manifests[plan.name] = await writeSet(join(place.directory, plan.name), plan, words, work);
  }
  if (restricted) await markRestricted(place.directory);
  interrupt.throwIfAborted();
  await place.commit();
  for (const warning of gathered.warnings) progress.warn(warning);
  return manifests;
}

/** What all label sets are written from. */
interface Work extends Planning, Pick<GatheredNotes, "stages"> {
  readonly restricted: boolean;
  readonly input: WholeInput;
  readonly sources: readonly ManifestSource[];
}

async function writeSet(
  directory: string,
  { name, top, topBy, cohort, index, topCodes }: LabelSetPlan,
  words: EncodedNotes,
  { settings, restricted, input, rule, sources, stages, progress }: Work,
): Promise<Manifest> {
  const meter = progress.stage(`dataset ${name}`, cohort.documents.length, "documents");
  const { texts } = input.notes;
  let written = 0;
  const manifest = await writeDataset(directory, {
    documents: cohort.documents,
    index,
    text: ({ notes }) => {
      meter.reach(++written);
      return joinSentences(notes, words.sentences);
    },
    length: ({ notes }) => notes.reduce((sum, note) => sum + texts.length(note), 0),
    shared: await words.putInto(directory),
    facts: {
      labelSet: name,
      restricted,
      synthetic: input.source.synthetic,
      options: manifestOptions(settings.options, { split: rule.method, top, topBy }),
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
