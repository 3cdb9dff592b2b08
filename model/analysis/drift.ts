/**
 * Whether a window of notes is still like those that a run was evaluated on: what moved, by how much,
 * and how much would be chance.
 *
 * @module
 */
import { binomialTail } from "./binomial.ts";
import { meanOf } from "./estimate.ts";
import { kolmogorovDistance, kolmogorovThreshold } from "./kolmogorov.ts";
import type { GivenCodes, Profile } from "./profile.ts";

/** Probability that a check of a window without a change says that something moved, at most. */
const CHANCE = 1e-4;

/** Each of a distribution's three comparisons takes a third of it. */
const THIRD = CHANCE / 3;

/** A mean moved where it differs by more standard errors: by chance in a third of {@linkcode CHANCE}. */
export const MOST_SHIFT = 4.15;

/** What is compared: a list or counts of a {@linkcode Profile}. */
export type CheckName =
  | "tokens"
  | "unknown"
  | "highest"
  | "expected"
  | "assigned"
  | "carried"
  | CodeFigure;

/** Those that are of each note's given codes. */
const CODE_FIGURES = ["losses", "surprise", "excess"] as const;

/** One of them. */
export type CodeFigure = typeof CODE_FIGURES[number];

/**
 * A distribution, compared by the largest distance of the two distribution functions, by the difference
 * of the two means, and by how many notes are beyond all before: a few of another kind.
 */
export interface DistributionCheck {
  readonly kind: "distribution";
  readonly name: CheckName;
  readonly distance: number;
  /** It moved where the distance is above. */
  readonly threshold: number;
  /** Difference of the means in its standard errors. */
  readonly shift: number;
  /** Notes that stand above all before. */
  readonly beyond: number;
  /** It moved where so many are, or more. */
  readonly mostBeyond: number;
  readonly moved: boolean;
  /** Means before and now. */
  readonly before: number;
  readonly now: number;
}

/** Rates of labels, compared one by one: that of the label which differs most. */
export interface RateCheck {
  readonly kind: "rate";
  readonly name: CheckName;
  /** Index of the label. */
  readonly label: number;
  /** Probability of such a difference by chance. */
  readonly probability: number;
  /** It moved where the probability is below: the level over all labels. */
  readonly threshold: number;
  readonly moved: boolean;
  /** Rates of the label before and now. */
  readonly before: number;
  readonly now: number;
  /** How many labels' probabilities are below the threshold. */
  readonly labels: number;
}

/** A comparison of what was with what is; `kind` tells the two apart. */
export type DriftCheck = DistributionCheck | RateCheck;

/** Occurrences of each label among some notes. */
export interface LabelCounts {
  readonly notes: number;
  readonly counts: readonly number[];
}

/** What a window is compared with. */
export interface DriftReference {
  /** Of notes that the run was not trained on. */
  readonly profile: Profile;
  /** The codes of the training split. */
  readonly training: LabelCounts;
}

/** Compares a window of notes; given codes are, where both have some. */
export function checkDrift({ profile, training }: DriftReference, window: Profile): DriftCheck[] {
  const distances = (["tokens", "unknown", "highest", "expected"] as const)
    .map((name) => checkDistribution(name, profile[name], window[name]));
  const assigned = checkRates(
    "assigned",
    { notes: profile.notes, counts: profile.assigned },
    { notes: window.notes, counts: window.assigned },
  );
  if (!window.given) return [...distances, assigned];
  const { notes, carried: counts } = window.given;
  const carried = checkRates("carried", training, { notes, counts });
  return [...distances, assigned, carried, ...checkCodes(profile.given, window.given)];
}

/** What a window's given codes cannot be compared by: a profile of an earlier version lacks it. */
export function missingFigures({ profile }: DriftReference, window: Profile): CodeFigure[] {
  const { given } = profile;
  if (!given || !window.given) return [];
  return CODE_FIGURES.filter((name) => !given[name]);
}

/** Compares the figures that both have. One that is off in both alike, as the run is, has not moved. */
function checkCodes(before: GivenCodes | undefined, now: GivenCodes): DistributionCheck[] {
  return CODE_FIGURES.flatMap((name) => {
    const [reference, window] = [before?.[name], now[name]];
    return reference && window ? [checkDistribution(name, reference, window)] : [];
  });
}

function checkDistribution(
  name: CheckName,
  before: readonly number[],
  now: readonly number[],
): DistributionCheck {
  const distance = kolmogorovDistance(before, now);
  const threshold = kolmogorovThreshold(before.length, now.length, THIRD);
  const shift = shiftOf(before, now);
  const highest = before.at(-1)!;
  const beyond = now.reduce((count, value) => count + Number(value > highest), 0);
  const mostBeyond = leastUnlikely(before.length, now.length);
  return {
    kind: "distribution",
    name,
    distance,
    threshold,
    shift,
    beyond,
    mostBeyond,
    moved: distance > threshold || Math.abs(shift) > MOST_SHIFT || beyond >= mostBeyond,
    before: meanOf(before),
    now: meanOf(now),
  };
}

/**
 * Difference of the means in its standard errors. The larger of the two variances stands for both: a
 * window can lack the few notes by which a skewed distribution varies.
 */
function shiftOf(before: readonly number[], now: readonly number[]): number {
  const difference = meanOf(now) - meanOf(before);
  if (difference === 0) return 0;
  const variance = Math.max(varianceOf(before), varianceOf(now));
  return difference / Math.sqrt(variance / before.length + variance / now.length);
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / Math.max(values.length - 1, 1);
}

/**
 * The least number of notes that stand above all before by chance in a third of {@linkcode CHANCE}: that
 * the highest k of all are of the window has the probability Π (now − i) / (before + now − i), i < k.
 */
function leastUnlikely(before: number, now: number): number {
  let probability = 1;
  for (let k = 0; k < now; k++) {
    if (probability < THIRD) return k;
    probability *= (now - k) / (before + now - k);
  }
  return now + 1;
}

function checkRates(name: CheckName, before: LabelCounts, now: LabelCounts): RateCheck {
  const threshold = CHANCE / before.counts.length;
  const probabilities = before.counts.map((count, label) =>
    sameRate({ notes: before.notes, count }, { notes: now.notes, count: now.counts[label]! })
  );
  const label = probabilities.indexOf(Math.min(...probabilities));
  const probability = probabilities[label]!;
  return {
    kind: "rate",
    name,
    label,
    probability,
    threshold,
    moved: probability < threshold,
    before: before.counts[label]! / before.notes,
    now: now.counts[label]! / now.notes,
    labels: probabilities.filter((probability) => probability < threshold).length,
  };
}

/**
 * Probability, on both sides, of occurrences as unevenly shared out as these are, if their rate is one:
 * of all occurrences, those of the window are then binomial by its share of the notes.
 */
function sameRate(
  before: { readonly notes: number; readonly count: number },
  now: { readonly notes: number; readonly count: number },
): number {
  const draws = before.count + now.count;
  const binomial = { draws, probability: now.notes / (before.notes + now.notes) };
  const above = binomialTail(binomial, now.count - 1);
  const below = 1 - binomialTail(binomial, now.count);
  return Math.min(1, 2 * Math.min(above, below));
}
