/**
 * Tables of a cohort: sizes, lengths, labels a document, and how often codes occur (the paper's
 * Figs. 1 and 3 in numbers).
 *
 * @module
 */
import { desc, op, table } from "arquero";
import { FREQUENCY_BANDS, type FrequencyBand, inBand } from "../codes/frequency_bands.ts";
import {
  type Label,
  type PerTask,
  perTask,
  type Split,
  SPLITS,
  sumSplits,
  type Task,
  TASKS,
} from "../schema.ts";

/** What is counted of one document. */
export interface CohortDocument {
  /** The split in whose row it is counted. */
  readonly split: Split;
  /** Documents of one patient count as one patient. */
  readonly patient: string;
  /** Length of the whole document. */
  readonly tokens: number;
  readonly labels: PerTask<number>;
}

/** One split, or all of them together; with the labels a document of each label set. */
export interface SplitStatistics extends PerTask<Cardinality> {
  /** `train`, `dev`, `test` or `all`. */
  readonly split: string;
  /** Number of documents, at least 1. */
  readonly documents: number;
  readonly patients: number;
  /** Tokens in all documents together. */
  readonly tokens: number;
  /** Tokens a document: quantiles and mean. */
  readonly length: Lengths;
  /** Documents longer than 2,500 and 4,000 tokens, where other systems and this one cut. */
  readonly longer: { readonly than2500: number; readonly than4000: number };
}

/** Quantiles of documents' lengths, in tokens. */
export type Lengths = { readonly [name in Quantile | "max" | "mean"]: number };

/** Labels a document, over the documents of a split. */
export interface Cardinality {
  readonly mean: number;
  readonly median: number;
  readonly max: number;
}

/** Labels whose number of training documents lies in a band. */
export interface BandStatistics {
  /** `0`, `1–10`, … training documents. */
  readonly band: string;
  readonly labels: number;
  /** (document, label) pairs of all splits that they make. */
  readonly pairs: number;
}

/** A code among the most frequent. */
export interface FrequentCode {
  /** The code with its point. */
  readonly code: string;
  readonly title: string;
  /** Documents of all splits that carry it. */
  readonly documents: number;
  /** Share of all documents that carry it, 0 … 1. */
  readonly share: number;
}

/** What `statistics.json` holds: `icdBands`, `ccsBands`, and what no label set has a share in. */
export type Statistics = {
  /** Those with documents, in their order, then all of them together. */
  readonly splits: readonly SplitStatistics[];
  /** The most frequent codes, the most frequent first. */
  readonly frequent: readonly FrequentCode[];
} & { readonly [task in Task as `${task}Bands`]: readonly BandStatistics[] };

/** Names and probabilities of the quantiles of lengths. */
export const QUANTILES = { p5: 0.05, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95 } as const;

type Quantile = keyof typeof QUANTILES;

/** How many of the most frequent codes are listed. */
const LISTED = 10;

/**
 * Describes a cohort.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const document = { split: "train", patient: "1", tokens: 12, labels: { icd: 2, ccs: 1 } } as const;
 * const { splits } = describeCohort([document, { ...document, tokens: 14 }], { icd: [], ccs: [] });
 * assert.equal(splits.at(-1)?.patients, 1);
 * assert.equal(splits.at(-1)?.length.median, 13);
 * ```
 */
export function describeCohort(
  documents: readonly CohortDocument[],
  labels: PerTask<readonly Label[]>,
): Statistics {
  const parts = SPLITS.map((split) => [split, documents.filter((one) => one.split === split)]) as [
    string,
    CohortDocument[],
  ][];
  const present = [...parts, ["all", documents] as const].filter(([, part]) => part.length > 0);
  const bands = TASKS.map((task) => [`${task}Bands`, describeBands(labels[task])]);
  return {
    splits: present.map(([name, part]) => describeSplit(name, part)),
    ...Object.fromEntries(bands) as Pick<Statistics, `${Task}Bands`>,
    frequent: mostFrequent(labels.icd, documents.length),
  };
}

function describeSplit(split: string, documents: readonly CohortDocument[]): SplitStatistics {
  const lengths = documents.map(({ tokens }) => tokens);
  const longerThan = (limit: number) => lengths.filter((tokens) => tokens > limit).length;
  return {
    split,
    documents: documents.length,
    patients: new Set(documents.map(({ patient }) => patient)).size,
    tokens: lengths.reduce((sum, tokens) => sum + tokens, 0),
    length: describeLengths(lengths),
    longer: { than2500: longerThan(2_500), than4000: longerThan(4_000) },
    ...perTask((task) => describeCardinality(documents.map(({ labels }) => labels[task]))),
  };
}

function describeLengths(tokens: readonly number[]): Lengths {
  const quantiles = Object.entries(QUANTILES).map(([name, p]) => [name, op.quantile("tokens", p)]);
  return table({ tokens }).rollup({
    ...Object.fromEntries(quantiles),
    max: op.max("tokens"),
    mean: op.mean("tokens"),
  }).object() as Lengths;
}

function describeCardinality(labels: readonly number[]): Cardinality {
  return table({ labels }).rollup({
    mean: op.mean("labels"),
    median: op.median("labels"),
    max: op.max("labels"),
  }).object() as Cardinality;
}

function describeBands(labels: readonly Label[]): BandStatistics[] {
  return FREQUENCY_BANDS.map((band) => {
    const inside = labels.filter(({ documents }) => inBand(band, documents.train));
    return {
      band: bandName(band),
      labels: inside.length,
      pairs: inside.reduce((sum, { documents }) => sum + sumSplits(documents), 0),
    };
  });
}

function bandName({ low, high }: FrequencyBand): string {
  if (high === 0) return "0";
  return high === Infinity ? `over ${low - 1}` : `${low}–${high}`;
}

function mostFrequent(labels: readonly Label[], documents: number): FrequentCode[] {
  return table({
    code: labels.map(({ code }) => code),
    title: labels.map(({ title }) => title),
    documents: labels.map(({ documents }) => sumSplits(documents)),
  }).orderby(desc("documents"), "code").slice(0, LISTED).objects().map((row) => {
    const { code, title, documents: carriers } = row as FrequentCode;
    return { code, title, documents: carriers, share: carriers / Math.max(1, documents) };
  });
}
