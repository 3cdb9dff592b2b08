/**
 * Writes one label set's dataset directory: lists, shards, statistics and the manifest that vouches
 * for all of them.
 *
 * @module
 */
import { join } from "node:path";
import { type LabelIndex, labelsOf, uncovered } from "../codes/labels.ts";
import { formatCoverage, formatDocuments, formatLabels } from "../dataset/lists.ts";
import { type ShardDocument, writeShards } from "../dataset/write_shards.ts";
import { type FileDigest, writeDigested } from "../files/checksum.ts";
import { RESTRICTED_FILE, RESTRICTED_TEXT } from "../files/restricted.ts";
import { writeAtomic } from "../files/write.ts";
import {
  DATASET_FORMAT,
  DATASET_VERSION,
  formatManifest,
  type Manifest,
  type ManifestShard,
} from "../manifest.ts";
import { compareCodeUnits } from "../order.ts";
import {
  COVERAGE_FILE,
  labelFile,
  MANIFEST_FILE,
  type PerSplit,
  perSplit,
  perTask,
  splitFile,
  SPLITS,
  TASKS,
} from "../schema.ts";
import type { SentenceText } from "../text/stored_texts.ts";
import type { PlacedDocument } from "./cohort.ts";
import { listStages } from "./list_stages.ts";
import { describeCohort } from "./statistics.ts";
import { formatStatistics } from "./statistics_page.ts";

/** What a dataset directory is made of. */
export interface DatasetContent {
  /** All documents, in the order of the lists. */
  readonly documents: readonly PlacedDocument[];
  /** The labels, and how the documents' codes lead to them. */
  readonly index: LabelIndex;
  readonly text: (document: PlacedDocument) => SentenceText;
  readonly length: (document: PlacedDocument) => number;
  /** Files already lying in the directory: the vocabulary, the rare words and the embeddings. */
  readonly shared: readonly FileDigest[];
  /** The manifest's part that does not follow from the rest. */
  readonly facts: Pick<
    Manifest,
    | "labelSet"
    | "restricted"
    | "synthetic"
    | "options"
    | "sources"
    | "stages"
    | "vocabulary"
    | "rareWords"
    | "topCodes"
  >;
}

/** The documents of each split, in the order of its list. */
type BySplit = PerSplit<readonly PlacedDocument[]>;

/**
 * Writes `labels/`, `splits/`, `shards/`, `statistics.*` and, last, `manifest.json`.
 *
 * @throws {ResourceError} where something cannot be stored.
 */
export async function writeDataset(directory: string, content: DatasetContent): Promise<Manifest> {
  const { documents, index, length, shared, facts } = content;
  for (const folder of ["labels", "splits", "shards"]) {
    await Deno.mkdir(join(directory, folder), { recursive: true });
  }
  const bySplit = perSplit((split) => documents.filter((document) => document.split === split));
  const shards: ManifestShard[] = [];
  for (const split of SPLITS) {
    shards.push(...await writeShards(directory, split, shardDocuments(bySplit[split], content)));
  }
  const files = [...shared];
  for (const [file, text] of lists(bySplit, content)) {
    files.push(await writeDigested(directory, file, text));
  }
  const manifest: Manifest = {
    format: DATASET_FORMAT,
    version: DATASET_VERSION,
    ...facts,
    documents: perSplit((split) => bySplit[split].length),
    patients: perSplit((split) => new Set(bySplit[split].map(({ patient }) => patient)).size),
    tokens: perSplit((split) =>
      bySplit[split].reduce((sum, document) => sum + length(document), 0)
    ),
    labels: perTask((task) => index.labels[task].length),
    shards,
    files: files.sort((a, b) => compareCodeUnits(a.file, b.file)),
  };
  await writeAtomic(join(directory, MANIFEST_FILE), formatManifest(manifest));
  return manifest;
}

function* shardDocuments(
  documents: readonly PlacedDocument[],
  { index: { indexOf }, text }: DatasetContent,
): Generator<ShardDocument> {
  for (const document of documents) {
    const { tokens, starts } = text(document);
    yield {
      tokens,
      sentences: starts,
      labels: perTask((task) => labelsOf(document.codes, indexOf[task])),
    };
  }
}

/** Every text file of the directory but the manifest: path → text. */
function lists(bySplit: BySplit, content: DatasetContent): [file: string, text: string][] {
  const { index: { labels }, facts: { labelSet, stages, synthetic, restricted } } = content;
  const statistics = describeContent(bySplit, content);
  const title = `Cohort of the ${labelSet} label set` + (synthetic ? " (synthetic notes)" : "") +
    (restricted ? ` (restricted: see ${RESTRICTED_FILE})` : "");
  return [
    ...TASKS.map((task): [string, string] => [labelFile(task), formatLabels(labels[task])]),
    [COVERAGE_FILE, formatCoverage(uncovered(labels.icd))],
    ...SPLITS.map((split): [string, string] => [splitFile(split), formatDocuments(bySplit[split])]),
    ...(restricted ? [[RESTRICTED_FILE, RESTRICTED_TEXT] as [string, string]] : []),
    ["statistics.json", JSON.stringify(statistics, null, 2) + "\n"],
    ["statistics.md", formatStatistics(statistics, title, listStages({ labelSet, stages }))],
  ];
}

function describeContent(bySplit: BySplit, { index, length }: DatasetContent) {
  const { labels, indexOf } = index;
  const cohort = SPLITS.flatMap((split) => bySplit[split]).map((document) => ({
    split: document.split,
    patient: document.patient,
    tokens: length(document),
    labels: perTask((task) => labelsOf(document.codes, indexOf[task]).length),
  }));
  return describeCohort(cohort, labels);
}
