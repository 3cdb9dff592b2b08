/**
 * How well strengths of tokens agree with what people marked: tokens by threshold, exact spans, and
 * whether the strongest tokens are marked ones.
 *
 * Thresholds need data to be chosen on: each half of the documents is judged by the threshold with the
 * largest token F1 on the other half. So no threshold has seen what it is judged by.
 *
 * @module
 */
import type { TokenSpan } from "../../../pipeline/text/tokens.ts";
import { topK } from "../ranking.ts";
import { type MarkedCode, markedTokens, type Strengths } from "./marked.ts";
import {
  areaUnderCurve,
  bestThreshold,
  type PrecisionRecall,
  precisionRecall,
  type TokenCounts,
  type TokenCurve,
  tokenCurve,
} from "./token_curve.ts";

/** Numbers of strongest tokens among which a marked one is looked for. */
export const HIT_CUTOFFS = [1, 3, 5] as const;

/** Agreement over some codes of some documents. */
export interface Agreement {
  /** Pairs of a document and a code. */
  readonly codes: number;
  /** Tokens at the halves' thresholds, all together. */
  readonly tokens: PrecisionRecall;
  /** Runs of adjacent tokens that are taken, against runs that were marked: equal or not. */
  readonly spans: PrecisionRecall;
  /** Share of codes with a marked token among the k strongest, k in {@linkcode HIT_CUTOFFS}. */
  readonly hits: Readonly<Record<`hit@${typeof HIT_CUTOFFS[number]}`, number>>;
  /** Area under the curve of precision and recall. */
  readonly auprc: number;
}

/** Agreement of one code over documents. */
export interface CodeAgreement extends Agreement {
  readonly label: number;
}

/** Agreement overall and by code. */
export interface EvidenceMetrics {
  readonly overall: Agreement;
  /** Means of the codes' own figures. */
  readonly macro: Omit<Agreement, "codes">;
  /** By the codes' indices, rising. */
  readonly byCode: readonly CodeAgreement[];
  /** Threshold of the halves of the documents with even and with odd numbers. */
  readonly thresholds: readonly [even: number, odd: number];
  /** Precision, recall and F1 at fixed thresholds. */
  readonly curve: readonly (PrecisionRecall & { readonly threshold: number })[];
}

/** Thresholds of the curve that is reported. */
const GRID = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/**
 * Measures agreement.
 *
 * @param strengths of each code's tokens.
 */
export function evaluateEvidence(
  codes: readonly MarkedCode[],
  strengths: readonly Strengths[],
): EvidenceMetrics {
  const halves = [0, 1].map((parity) => {
    const isIn = (_: unknown, at: number) => codes[at]!.document % 2 === parity;
    return tokenCurve(codes.filter(isIn), strengths.filter(isIn));
  });
  const thresholds = [bestThreshold(halves[1]!), bestThreshold(halves[0]!)] as const;
  const judged = codes.map((code, at) =>
    judge(code, strengths[at]!, thresholds[code.document % 2]!)
  );
  const byCode = [...Map.groupBy(judged, ({ code }) => code.label)]
    .sort(([a], [b]) => a - b)
    .map(([label, own]) => ({ label, ...summarise(own, curveOf(own)) }));
  const curve = tokenCurve(codes, strengths);
  return {
    overall: summarise(judged, curve),
    macro: meanAgreement(byCode),
    byCode,
    thresholds,
    curve: fixedCurve(curve),
  };
}

/** One code of one document, with what its threshold takes. */
interface Judged {
  readonly code: MarkedCode;
  readonly strengths: Strengths;
  readonly tokens: TokenCounts;
  /** The same counts of spans, a run of adjacent tokens each. */
  readonly spans: TokenCounts;
  /** Place of the first marked token among the strongest, from 0; `Infinity` where there is none. */
  readonly rank: number;
}

function judge(code: MarkedCode, strengths: Strengths, threshold: number): Judged {
  const gold = markedTokens(code);
  const isTaken = (token: number) => strengths[token]! > 0 && strengths[token]! >= threshold;
  const taken = Array.from(strengths.keys()).filter(isTaken);
  const runs = runsOf(taken);
  const known = new Set(code.spans.map(({ first, end }) => `${first}-${end}`));
  const strongest = Array.from(topK(strengths, Math.max(...HIT_CUTOFFS)));
  const rank = strongest.findIndex((token) => strengths[token]! > 0 && gold[token] === 1);
  return {
    code,
    strengths,
    tokens: {
      hits: taken.filter((token) => gold[token] === 1).length,
      taken: taken.length,
      marked: gold.reduce((sum, mark) => sum + mark, 0),
    },
    spans: {
      hits: runs.filter(({ first, end }) => known.has(`${first}-${end}`)).length,
      taken: runs.length,
      marked: code.spans.length,
    },
    rank: rank < 0 ? Infinity : rank,
  };
}

/** Runs of adjacent tokens, which come rising. */
function runsOf(tokens: readonly number[]): TokenSpan[] {
  const runs: { first: number; end: number }[] = [];
  for (const token of tokens) {
    const last = runs.at(-1);
    if (last?.end === token) last.end++;
    else runs.push({ first: token, end: token + 1 });
  }
  return runs;
}

function curveOf(judged: readonly Judged[]): TokenCurve {
  return tokenCurve(judged.map(({ code }) => code), judged.map(({ strengths }) => strengths));
}

/** @param curve of the judged codes. */
function summarise(judged: readonly Judged[], curve: TokenCurve): Agreement {
  const sum = (what: "tokens" | "spans") =>
    precisionRecall({
      hits: judged.reduce((sum, one) => sum + one[what].hits, 0),
      taken: judged.reduce((sum, one) => sum + one[what].taken, 0),
      marked: judged.reduce((sum, one) => sum + one[what].marked, 0),
    });
  const hits = HIT_CUTOFFS.map((k) => {
    const found = judged.filter(({ rank }) => rank < k).length;
    return [`hit@${k}`, found / judged.length];
  });
  return {
    codes: judged.length,
    tokens: sum("tokens"),
    spans: sum("spans"),
    hits: Object.fromEntries(hits),
    auprc: areaUnderCurve(curve),
  };
}

/** Means of each figure, which no code lacks. */
function meanAgreement(codes: readonly Agreement[]): Omit<Agreement, "codes"> {
  const mean = (of: (one: Agreement) => number) =>
    codes.reduce((sum, one) => sum + of(one), 0) / codes.length;
  const means = (of: (one: Agreement) => PrecisionRecall): PrecisionRecall => ({
    precision: mean((one) => of(one).precision),
    recall: mean((one) => of(one).recall),
    f1: mean((one) => of(one).f1),
  });
  const names = HIT_CUTOFFS.map((k) => `hit@${k}` as const);
  return {
    tokens: means(({ tokens }) => tokens),
    spans: means(({ spans }) => spans),
    hits: Object.fromEntries(
      names.map((name) => [name, mean(({ hits }) => hits[name])]),
    ) as Agreement["hits"],
    auprc: mean(({ auprc }) => auprc),
  };
}

/** The curve at the thresholds of {@linkcode GRID}. */
function fixedCurve({ points, marked }: TokenCurve): EvidenceMetrics["curve"] {
  return GRID.map((threshold) => {
    const last = points.findLast((point) => point.threshold >= threshold);
    return { threshold, ...precisionRecall(last ?? { hits: 0, taken: 0, marked }) };
  });
}
