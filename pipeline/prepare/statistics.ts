/**
 * Tables of a cohort: sizes, lengths, labels a document, and how often codes occur (the paper's
 * Figs. 1 and 3 in numbers).
 *
 * @module
 */
import { desc, op, table } from "arquero";
import { FREQUENCY_BANDS, type FrequencyBand, inBand } from "../codes/frequency_bands.ts";
import { type Label, type Split, SPLITS } from "../schema.ts";

/** What is known of one document. */
export interface CohortDocument {
  /** Its split. */
  readonly split: Split;
  /** Its patient. */
  readonly patient: string;
  /** Its tokens. */
  readonly tokens: number;
  /** Its ICD labels. */
  readonly icd: number;
  /** Its CCS labels. */
  readonly ccs: number;
}

/** One split, or all of them together. */
export interface SplitStatistics {
  /** `train`, `dev`, `test` or `all`. */
  readonly split: string;
  /** Documents. */
  readonly documents: number;
  /** Distinct patients. */
  readonly patients: number;
  /** Tokens in all documents. */
  readonly tokens: number;
  /** Tokens a document: quantiles and mean. */
  readonly length: Readonly<
    Record<"p5" | "p25" | "median" | "p75" | "p95" | "max" | "mean", number>
  >;
  /** Documents longer than 2,500 and 4,000 tokens, where other systems and this one cut. */
  readonly longer: { readonly than2500: number; readonly than4000: number };
  /** ICD labels a document. */
  readonly icd: Cardinality;
  /** CCS labels a document. */
  readonly ccs: Cardinality;
}

/** Labels a document. */
export interface Cardinality {
  /** Mean over documents. */
  readonly mean: number;
  /** Median over documents. */
  readonly median: number;
  /** The most that a document has. */
  readonly max: number;
}

/** Labels whose number of training documents lies in a band. */
export interface BandStatistics {
  /** `0`, `1–10`, … training documents. */
  readonly band: string;
  /** Labels in it. */
  readonly labels: number;
  /** (document, label) pairs of all splits that they make. */
  readonly pairs: number;
}

/** Everything `statistics.json` holds. */
export interface Statistics {
  /** By split, then all. */
  readonly splits: readonly SplitStatistics[];
  /** ICD labels by training documents. */
  readonly icdBands: readonly BandStatistics[];
  /** CCS labels by training documents. */
  readonly ccsBands: readonly BandStatistics[];
  /** The most frequent ICD labels. */
  readonly frequent: readonly { code: string; title: string; documents: number; share: number }[];
}

const QUANTILES = [["p5", 0.05], ["p25", 0.25], ["median", 0.5], ["p75", 0.75], [
  "p95",
  0.95,
]] as const;

/** How many of the most frequent labels are listed. */
const LISTED = 10;

/**
 * Describes a cohort.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const document = { split: "train", patient: "1", tokens: 12, icd: 2, ccs: 1 } as const;
 * const { splits } = describeCohort([document, { ...document, tokens: 14 }], [], []);
 * assert.equal(splits.at(-1)?.patients, 1);
 * assert.equal(splits.at(-1)?.length.median, 13);
 * ```
 */
export function describeCohort(
  documents: readonly CohortDocument[],
  icd: readonly Label[],
  ccs: readonly Label[],
): Statistics {
  const present = SPLITS.filter((split) => documents.some((document) => document.split === split));
  const parts = present.map((split) => {
    return describeSplit(split, documents.filter((document) => document.split === split));
  });
  return {
    splits: documents.length > 0 ? [...parts, describeSplit("all", documents)] : [],
    icdBands: bands(icd),
    ccsBands: bands(ccs),
    frequent: frequent(icd, documents.length),
  };
}

/** `statistics.json` as a page to read. */
export function formatStatistics(statistics: Statistics, title: string): string {
  const lengths = statistics.splits.map(({ split, length, longer }) => [
    split,
    ...Object.values(length),
    longer.than2500,
    longer.than4000,
  ]);
  return [
    `# ${title}`,
    markdown(
      ["split", "documents", "patients", "tokens", "ICD a document", "CCS a document"],
      statistics.splits.map(({ split, documents, patients, tokens, icd, ccs }) => [
        split,
        documents,
        patients,
        tokens,
        `${number(icd.mean)} (median ${icd.median}, most ${icd.max})`,
        `${number(ccs.mean)} (median ${ccs.median}, most ${ccs.max})`,
      ]),
    ),
    "## Tokens a document",
    markdown(
      ["split", ...QUANTILES.map(([name]) => name), "max", "mean", "over 2,500", "over 4,000"],
      lengths,
    ),
    "## Codes by training documents",
    markdown(
      ["training documents", "ICD codes", "their pairs", "CCS categories", "their pairs"],
      statistics.icdBands.map(({ band, labels, pairs }, i) => {
        const ccs = statistics.ccsBands[i]!;
        return [band, labels, pairs, ccs.labels, ccs.pairs];
      }),
    ),
    "## Most frequent codes",
    markdown(
      ["code", "title", "documents", "share"],
      statistics.frequent.map(({ code, title, documents, share }) => [
        code,
        title.replaceAll("|", "\\|"),
        documents,
        `${number(100 * share)}%`,
      ]),
    ),
    "",
  ].join("\n\n").trimEnd() + "\n";
}

function describeSplit(split: string, documents: readonly CohortDocument[]): SplitStatistics {
  const row = table({
    patient: documents.map(({ patient }) => patient),
    tokens: documents.map(({ tokens }) => tokens),
    icd: documents.map(({ icd }) => icd),
    ccs: documents.map(({ ccs }) => ccs),
  }).rollup({
    documents: op.count(),
    patients: op.distinct("patient"),
    tokens: op.sum("tokens"),
    ...Object.fromEntries(QUANTILES.map(([name, p]) => [name, op.quantile("tokens", p)])),
    max: op.max("tokens"),
    mean: op.mean("tokens"),
    icdMean: op.mean("icd"),
    icdMedian: op.median("icd"),
    icdMax: op.max("icd"),
    ccsMean: op.mean("ccs"),
    ccsMedian: op.median("ccs"),
    ccsMax: op.max("ccs"),
  }).object() as Record<string, number>;
  const longer = (limit: number) => documents.filter(({ tokens }) => tokens > limit).length;
  const names = [...QUANTILES.map(([name]) => name), "max", "mean"] as const;
  return {
    split,
    documents: row.documents!,
    patients: row.patients!,
    tokens: row.tokens!,
    length: Object.fromEntries(
      names.map((name) => [name, row[name]!]),
    ) as SplitStatistics["length"],
    longer: { than2500: longer(2_500), than4000: longer(4_000) },
    icd: { mean: row.icdMean!, median: row.icdMedian!, max: row.icdMax! },
    ccs: { mean: row.ccsMean!, median: row.ccsMedian!, max: row.ccsMax! },
  };
}

function bands(labels: readonly Label[]): BandStatistics[] {
  return FREQUENCY_BANDS.map((band) => {
    const inside = labels.filter(({ documents }) => inBand(band, documents.train));
    return {
      band: bandName(band),
      labels: inside.length,
      pairs: inside.reduce((sum, label) => sum + total(label), 0),
    };
  });
}

function bandName({ low, high }: FrequencyBand): string {
  if (high === 0) return "0";
  return high === Infinity ? `over ${low - 1}` : `${low}–${high}`;
}

function frequent(icd: readonly Label[], documents: number): Statistics["frequent"] {
  return table({
    code: icd.map(({ code }) => code),
    title: icd.map(({ title }) => title),
    documents: icd.map(total),
  }).orderby(desc("documents"), "code").slice(0, LISTED).objects().map((row) => {
    const { code, title, documents: carriers } = row as Statistics["frequent"][number];
    return { code, title, documents: carriers, share: carriers / Math.max(1, documents) };
  });
}

function total({ documents: { train, dev, test } }: Label): number {
  return train + dev + test;
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function markdown(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly unknown[]) =>
    `| ${cells.map((cell) => typeof cell === "number" ? number(cell) : cell).join(" | ")} |`;
  const rule = `| ${header.map((_, i) => i === 0 ? "---" : "---:").join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}
