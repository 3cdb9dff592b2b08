/**
 * Writes one label set's dataset directory: lists, shards, statistics and the manifest that vouches
 * for all of them.
 *
 * @module
 */
import { table } from "arquero";
import { join } from "node:path";
import { writeAtomic } from "../files/write.ts";
import { sha256 } from "../files/checksum.ts";
import type { PlacedDocument } from "./cohort.ts";

import { type LabelSet, labelsOf, uncovered } from "../codes/labels.ts";
import {
  COVERAGE_COLUMNS,
  DATASET_VERSION,
  DOCUMENT_COLUMNS,
  formatManifest,
  type Label,
  LABEL_COLUMNS,
  type Manifest,
  type ManifestFile,
  type ManifestShard,
  type Split,
  SPLITS,
} from "../schema.ts";
import { type ShardDocument, writeShards } from "../dataset/write_shards.ts";
import { describeCohort, formatStatistics } from "./statistics.ts";
import { compareCodeUnits } from "../order.ts";

/** What a dataset directory is made of. */
export interface DatasetContent {
  /** All documents, in the order of the lists. */
  readonly documents: readonly PlacedDocument[];
  /** Its labels. */
  readonly labels: LabelSet;
  /** Token ids of a document. */
  readonly tokens: (document: PlacedDocument) => Int32Array;
  /** How many tokens a document has. */
  readonly length: (document: PlacedDocument) => number;
  /** Files already lying in the directory: the vocabulary and the embeddings. */
  readonly shared: readonly ManifestFile[];
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
    | "topCodes"
  >;
}

/**
 * Writes `labels/`, `splits/`, `shards/`, `statistics.*` and, last, `manifest.json`.
 *
 * @throws {ResourceError} where something cannot be stored.
 */
export async function writeDataset(directory: string, content: DatasetContent): Promise<Manifest> {
  const { documents, labels, tokens, length, shared, facts } = content;
  for (const folder of ["labels", "splits", "shards"]) {
    await Deno.mkdir(join(directory, folder), { recursive: true });
  }
  const bySplit = Object.fromEntries(
    SPLITS.map((split) => [split, documents.filter((document) => document.split === split)]),
  ) as Record<Split, PlacedDocument[]>;

  const shards: ManifestShard[] = [];
  for (const split of SPLITS) {
    const contents = shardDocuments(bySplit[split], labels, tokens);
    shards.push(...await writeShards(directory, split, contents));
  }
  const files = [...shared];
  for (const [file, text] of lists(bySplit, content)) {
    const bytes = new TextEncoder().encode(text);
    await writeAtomic(join(directory, file), bytes);
    files.push({ file, bytes: bytes.length, sha256: sha256(bytes) });
  }
  const sum = (count: (documents: PlacedDocument[]) => number) => ({
    train: count(bySplit.train),
    dev: count(bySplit.dev),
    test: count(bySplit.test),
  });
  const manifest: Manifest = {
    format: "marn-dataset",
    version: DATASET_VERSION,
    ...facts,
    documents: sum((documents) => documents.length),
    patients: sum((documents) => new Set(documents.map(({ patient }) => patient)).size),
    tokens: sum((documents) => documents.reduce((total, document) => total + length(document), 0)),
    labels: { icd: labels.icd.length, ccs: labels.ccs.length },
    shards,
    files: files.sort((a, b) => compareCodeUnits(a.file, b.file)),
  };
  await writeAtomic(join(directory, "manifest.json"), formatManifest(manifest));
  return manifest;
}

function* shardDocuments(
  documents: readonly PlacedDocument[],
  labels: LabelSet,
  tokens: (document: PlacedDocument) => Int32Array,
): Generator<ShardDocument> {
  for (const document of documents) {
    yield {
      tokens: tokens(document),
      labels: {
        icd: labelsOf(document.codes, labels.icdOf),
        ccs: labelsOf(document.codes, labels.ccsOf),
      },
    };
  }
}

/** Every text file of the directory but the manifest: path → text. */
function lists(
  bySplit: Record<Split, readonly PlacedDocument[]>,
  { labels, length, facts: { labelSet, synthetic } }: DatasetContent,
): [string, string][] {
  const cohort = SPLITS.flatMap((split) => bySplit[split]).map((document) => ({
    split: document.split,
    patient: document.patient,
    tokens: length(document),
    icd: labelsOf(document.codes, labels.icdOf).length,
    ccs: labelsOf(document.codes, labels.ccsOf).length,
  }));
  const statistics = describeCohort(cohort, labels.icd, labels.ccs);
  const title = `Cohort of the ${labelSet} label set` + (synthetic ? " (synthetic notes)" : "");
  return [
    ["labels/icd.csv", labelTable(labels.icd)],
    ["labels/ccs.csv", labelTable(labels.ccs)],
    ["labels/coverage.csv", coverageTable(uncovered(labels))],
    ...SPLITS.map((split): [string, string] => [
      `splits/${split}.csv`,
      csv(DOCUMENT_COLUMNS, bySplit[split].map(({ id, patient }) => ({ id, patient }))),
    ]),
    ["statistics.json", JSON.stringify(statistics, null, 2) + "\n"],
    ["statistics.md", formatStatistics(statistics, title)],
  ];
}

function labelTable(labels: readonly Label[]): string {
  const rows = labels.map(({ documents, ...label }, index) => ({ index, ...label, ...documents }));
  return csv(LABEL_COLUMNS, rows);
}

function coverageTable(labels: readonly Label[]): string {
  const rows = labels.map(({ documents: { train, dev, test }, ...label }) => ({
    ...label,
    documents: train + dev + test,
  }));
  return csv(COVERAGE_COLUMNS, rows);
}

function csv<Column extends string>(
  columns: readonly Column[],
  rows: readonly Record<Column, unknown>[],
): string {
  const values = columns.map((column) => [column, rows.map((row) => row[column])] as const);
  return table(Object.fromEntries(values)).toCSV({ columns: [...columns] });
}
