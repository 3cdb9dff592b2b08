/**
 * What a worklist is worth: errors are planted among codes that are held to be right, and counted at the
 * head of the list. Codes that were wrong before count as such: precision is at least what is said.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import { type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import { yieldToEvents } from "../../pipeline/progress.ts";
import type { Interval } from "../metrics/bootstrap/count_intervals.ts";
import {
  drawResamples,
  interval95,
  resampleAt,
  type Resamples,
} from "../metrics/bootstrap/resamples.ts";
import { documentScores, sameScores, type ScoreMatrix } from "../metrics/score_matrix.ts";
import { auditCase, type AuditRule, compareFindings, type Finding } from "./findings.ts";
import { type PlantedErrors, plantErrors, type PlantOptions } from "./plant_errors.ts";

/** The worklist of all findings, and those of each kind. */
export const LISTS = ["all", "missing", "wrong"] as const;

/** The name of a list whose worth is measured. */
export type ListName = typeof LISTS[number];

/** What ranks findings: the audit's rule, or how frequent each code is in training. */
export type Ranking = "audit" | "frequency";

/** The head of a list, in means over seeds. */
export interface HeadWorth {
  /** Findings that are looked at: the first k. */
  readonly k: number;
  /** Share of them that is planted; a list that ends before is held to go on without any. */
  readonly precision: number;
  /** 95% bootstrap interval over documents. */
  readonly interval: Interval;
  /** Share of the list's planted errors that is among them. */
  readonly recall: number;
}

/** How many planted errors a list brings up first, beside what chance would. */
export interface ListWorth {
  /** Errors that were planted, of each seed. */
  readonly planted: number;
  /** Share of planted errors among all cells that the list could name. */
  readonly chance: number;
  /** Its heads by what ranks it; the last is as long as there are planted errors. */
  readonly heads: { readonly [ranking in Ranking]: readonly HeadWorth[] };
}

/** Scores and codes of a split, and how errors are planted among them and looked for. */
export interface WorthRequest extends Omit<PlantOptions, "labels" | "seed"> {
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
  /** How each document is judged, by its row. */
  readonly ruleOf: (row: number) => AuditRule;
  /** [L] share of training documents that have each label. */
  readonly rates: Float64Array;
  /** Errors are planted so many times. */
  readonly seeds: number;
  /** How many findings each head holds. */
  readonly cutoffs: readonly number[];
  readonly resamples: number;
  /** Ends the work, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/** A finding at its place in a list. */
interface Listed {
  readonly row: number;
  readonly isPlanted: boolean;
}

/** Measures every list by every ranking, on the same errors and the same resamples. */
export async function measureWorth(
  request: WorthRequest,
): Promise<{ readonly [list in ListName]: ListWorth }> {
  const { matrix, truth, seeds, resamples: size } = request;
  const resamples = drawResamples(matrix.documents, { size, seed: 1 });
  const frequencies = sameScores(request.rates, matrix.documents);
  const frequencyRule = ruleByFrequency(request);
  let first: PlantedErrors | undefined;
  const ranked: { readonly [ranking in Ranking]: RankedFinding[][] } = { audit: [], frequency: [] };
  for (let seed = 1; seed <= seeds; seed++) {
    await yieldToEvents();
    request.interrupt?.throwIfAborted();
    const plant = plantErrors(truth, { ...request, labels: matrix.labels, seed });
    first ??= plant;
    ranked.audit.push(rank(matrix, plant, request.ruleOf));
    ranked.frequency.push(rank(frequencies, plant, () => frequencyRule));
  }
  return byList((list) => {
    const { planted, cells } = sizeOf(list, first!, matrix);
    const cutoffs = [...request.cutoffs.filter((k) => k !== planted), planted];
    const headsOf = (lists: readonly RankedFinding[][]) =>
      heads(lists.map((ranked) => listed(ranked, list)), { cutoffs, planted, resamples });
    return {
      planted,
      chance: planted / cells,
      heads: { audit: headsOf(ranked.audit), frequency: headsOf(ranked.frequency) },
    };
  });
}

function byList<T>(of: (list: ListName) => T): { readonly [list in ListName]: T } {
  return { all: of("all"), missing: of("missing"), wrong: of("wrong") };
}

interface RankedFinding extends Listed {
  readonly finding: Finding;
}

/** The findings of all documents, the weightiest first. */
function rank(
  matrix: ScoreMatrix,
  { given, ...planted }: PlantedErrors,
  ruleOf: (row: number) => AuditRule,
): RankedFinding[] {
  const all: RankedFinding[] = [];
  for (let row = 0; row < matrix.documents; row++) {
    for (const finding of auditCase(documentScores(matrix, row), rowOf(given, row), ruleOf(row))) {
      all.push({ row, finding, isPlanted: planted[finding.kind][row]!.has(finding.label) });
    }
  }
  return all.sort((a, b) => compareFindings(a.finding, b.finding) || a.row - b.row);
}

function listed(ranked: readonly RankedFinding[], list: ListName): readonly Listed[] {
  return list === "all" ? ranked : ranked.filter(({ finding }) => finding.kind === list);
}

/** The same rule where a code's probability is its rate, beside the mean rate of all codes. */
function ruleByFrequency({ rates }: WorthRequest): AuditRule {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return {
    probability: (rate) => rate,
    isAssigned: (rate) => rate > mean,
    rates: rates.map(() => mean),
  };
}

/** Planted errors of a list, and cells that it could name: those given, or those not. */
function sizeOf(list: ListName, { given, missing, wrong }: PlantedErrors, matrix: ScoreMatrix) {
  const sum = (sets: readonly ReadonlySet<number>[]) =>
    sets.reduce((all, { size }) => all + size, 0);
  const cells = matrix.documents * matrix.labels;
  const codes = given.indices.length;
  const sizes = {
    missing: { planted: sum(missing), cells: cells - codes },
    wrong: { planted: sum(wrong), cells: codes },
    all: { planted: sum(missing) + sum(wrong), cells },
  };
  return sizes[list];
}

/** Which heads of a list are measured, against how many errors, and on what resamples. */
interface HeadOptions {
  readonly cutoffs: readonly number[];
  readonly planted: number;
  readonly resamples: Resamples;
}

/** The heads of one list, of which there is one for each seed. */
function heads(
  lists: readonly (readonly Listed[])[],
  { cutoffs, planted, resamples }: HeadOptions,
): HeadWorth[] {
  const meanHits = (k: number, weights?: Uint16Array) =>
    lists.reduce((sum, list) => sum + hitsWithin(list, k, weights), 0) / lists.length;
  return cutoffs.map((k) => {
    const hits = meanHits(k);
    const drawn = Float64Array.from(
      { length: resamples.size },
      (_, at) => meanHits(k, resampleAt(resamples, at)) / k,
    );
    const precision = hits / k;
    return { k, precision, interval: interval95(drawn, precision), recall: hits / planted };
  });
}

/** Planted errors among the first `k` findings, where each document is there as often as it weighs. */
function hitsWithin(list: readonly Listed[], k: number, weights?: Uint16Array): number {
  let left = k;
  let hits = 0;
  for (const { row, isPlanted } of list) {
    if (left === 0) break;
    const times = Math.min(weights ? weights[row]! : 1, left);
    left -= times;
    if (isPlanted) hits += times;
  }
  return hits;
}
