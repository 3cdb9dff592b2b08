/**
 * What some notes are like to a run, in numbers without a word of them: lengths, unknown words, scores,
 * codes.
 *
 * Legend: `N` notes, `L` labels.
 *
 * @module
 */
import { codeResiduals } from "./code_residuals.ts";

/** A note as a run sees it: its length, its words, its scores, and its codes if they are known. */
export interface ObservedNote {
  /** How many it has, those beyond what is read included. */
  readonly tokens: number;
  /** Share of those read that the vocabulary lacks; 0 where it has none. */
  readonly unknown: number;
  /** [L] */
  readonly scores: Float32Array;
  /** Indices of the codes that it was given, where that is known. */
  readonly labels?: Int32Array | undefined;
}

/** Notes in numbers; lists are sorted, so that nothing tells which note is whose. */
export interface Profile {
  /** N. */
  readonly notes: number;
  /** Tokens of each note: [N]. */
  readonly tokens: readonly number[];
  /** Share of unknown words of each: [N]. */
  readonly unknown: readonly number[];
  /** Highest score of each: [N]. */
  readonly highest: readonly number[];
  /** Sum of the scores of each, the codes that are expected: [N]. */
  readonly expected: readonly number[];
  /** Notes that each label is assigned to: [L]. */
  readonly assigned: readonly number[];
  /** Of notes whose codes are known. */
  readonly given?: GivenCodes | undefined;
}

/** The codes that notes were given. */
export interface GivenCodes {
  /** How many notes were given codes at all. */
  readonly notes: number;
  /** Notes that carry each label: [L]. */
  readonly carried: readonly number[];
  /** Mean cross-entropy of each note's codes by its scores, sorted. */
  readonly losses: readonly number[];
  /** Of each note, by its probabilities, sorted; profiles of an earlier version have none. */
  readonly surprise?: readonly number[] | undefined;
  /** Of each note, sorted: the codes beyond those expected; absent as `surprise` is. */
  readonly excess?: readonly number[] | undefined;
}

/** How scores are taken. */
export interface ProfileRule {
  /** A label is assigned above it. */
  readonly threshold: number;
  /** The probability that a score stands for. */
  readonly probability: (score: number) => number;
}

/** Digits that are kept of a number. */
const DIGITS = 5;

/** Gathers what is compared of notes into a profile. */
export function profileNotes(
  notes: Iterable<ObservedNote>,
  { threshold, probability }: ProfileRule,
): Profile {
  const [tokens, unknown, highest, expected]: number[][] = [[], [], [], []];
  const [losses, surprise, excess]: number[][] = [[], [], []];
  const assigned: number[] = [];
  const carried: number[] = [];
  for (const note of notes) {
    tokens!.push(note.tokens);
    unknown!.push(note.unknown);
    highest!.push(note.scores.reduce((most, score) => Math.max(most, score), 0));
    expected!.push(note.scores.reduce((sum, score) => sum + score, 0));
    note.scores.forEach((score, label) => {
      assigned[label] = (assigned[label] ?? 0) + Number(score > threshold);
      carried[label] ??= 0;
    });
    if (!note.labels) continue;
    for (const label of note.labels) carried[label]!++;
    losses!.push(crossEntropy(note.scores, note.labels));
    const residuals = codeResiduals(note.scores.map(probability), note.labels);
    surprise!.push(residuals.surprise);
    excess!.push(residuals.excess);
  }
  return {
    notes: tokens!.length,
    tokens: ascending(tokens!),
    unknown: ascending(unknown!),
    highest: ascending(highest!),
    expected: ascending(expected!),
    assigned,
    given: losses!.length === 0 ? undefined : {
      notes: losses!.length,
      carried,
      losses: ascending(losses!),
      surprise: ascending(surprise!),
      excess: ascending(excess!),
    },
  };
}

/** Mean over labels of −log of the probability of what is so. */
function crossEntropy(scores: Float32Array, labels: Int32Array): number {
  const own = new Set(labels);
  const log = (probability: number) => -Math.log(Math.max(probability, 1e-7));
  const sum = scores.reduce(
    (sum, score, label) => sum + log(own.has(label) ? score : 1 - score),
    0,
  );
  return sum / scores.length;
}

function ascending(values: number[]): number[] {
  return values.map((value) => Number(value.toPrecision(DIGITS))).sort((a, b) => a - b);
}
