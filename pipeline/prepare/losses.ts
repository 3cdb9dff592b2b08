/**
 * How much of the input does not reach the datasets: documents, codes, and titles of codes. A little is
 * said, much is refused.
 *
 * @module
 */
import { DataError, shown } from "../errors.ts";
import type { Stage } from "../manifest.ts";

/** Something of which a share is lost. */
export interface InputLoss {
  readonly what: "documents" | "codes" | "titles";
  readonly lost: number;
  /** How many there were; at least `lost`. */
  readonly of: number;
  /** Reason → how many were lost for it. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** What losses are found in. */
export interface LossSources {
  /** What became of notes, of codes and of documents. */
  readonly stages: { readonly [stage in "notes" | "codes" | "documents"]: Stage };
  /** Codes of ids that no note has, where every id should have one; otherwise 0. */
  readonly withoutNote: number;
  /** Distinct codes, and those without words, where tables of words were given. */
  readonly titles: { readonly codes: number; readonly without: number } | undefined;
}

/** Shares of a loss from which it is said, and from which it is refused. */
const SAID = 0.01;
const REFUSED = 0.2;

/** Reasons of stages for which nothing is lost: what is left out was not wanted, or is there once. */
const NO_LOSS =
  /^(?:another category|an empty row|the header again|exact duplicate of a row|duplicate of a code .*)$/;

/** All losses, small and none included. */
export function findLosses({ stages, withoutNote, titles }: LossSources): InputLoss[] {
  const { notes, codes, documents } = stages;
  const ofNotes = lostOf(notes);
  const ofCodes = lostOf(codes);
  const { codes: distinct, without } = titles ?? { codes: 0, without: 0 };
  return [
    loss("documents", documents.read + sum(ofNotes), { ...ofNotes, ...lostOf(documents) }),
    loss("codes", codes.kept + sum(ofCodes), { ...ofCodes, "of ids without a note": withoutNote }),
    loss("titles", distinct, { "in no table of titles": without }),
  ];
}

/** `12 of 500 documents (2.4%) are lost: 12 without codes` for each loss that is worth saying. */
export function describeLosses(losses: readonly InputLoss[]): string[] {
  return losses.filter((loss) => share(loss) > SAID).map(describe);
}

/**
 * Refuses losses that are too great.
 *
 * @param hint further words on what was found, such as two forms of ids; may be empty.
 * @throws {DataError} where a fifth of something is lost.
 */
export function refuseLosses(losses: readonly InputLoss[], hint: string): void {
  const great = losses.filter((loss) => share(loss) > REFUSED);
  if (great.length === 0) return;
  throw new DataError(
    `joining notes and codes: ${great.map(describe).join("; ")}${hint && `; ${hint}`}; expected ` +
      `at most ${100 * REFUSED}%; correct the tables, or go on without these with --allow-loss`,
  );
}

/** Ids of both sides. */
export interface IdSides {
  readonly notes: ReadonlySet<string>;
  /** After those in another form were matched. */
  readonly labels: ReadonlySet<string>;
  /** The codes as they are written: ids, where columns were mistaken for each other. */
  readonly codes: readonly string[];
}

/** `notes have ids like n1, labels like 1.46E+05; 0 of 60 match`; empty where all do. */
export function describeIds({ notes, labels, codes }: IdSides): string {
  const alone = [...notes.difference(labels)];
  const others = [...labels.difference(notes)];
  if (alone.length === 0 || others.length === 0) return "";
  const swapped = codes.filter((code) => notes.has(code)).length > alone.length / 2
    ? "; the codes are ids of notes: name the columns with --id-column and --code-column"
    : "";
  return `notes have ids like ${some(alone)}, labels like ${some(others)}; ` +
    `${notes.size - alone.length} of ${notes.size} match${swapped}`;
}

function some(ids: readonly string[]): string {
  return [...new Set(ids.slice(0, 3).map(shown))].join(", ");
}

function loss(what: InputLoss["what"], of: number, reasons: InputLoss["reasons"]): InputLoss {
  return { what, lost: sum(reasons), of, reasons };
}

function lostOf({ excluded }: Stage): Record<string, number> {
  return Object.fromEntries(Object.entries(excluded).filter(([reason]) => !NO_LOSS.test(reason)));
}

function share({ lost, of }: InputLoss): number {
  return of === 0 ? 0 : lost / of;
}

function describe(loss: InputLoss): string {
  const { what, lost, of, reasons } = loss;
  const given = Object.entries(reasons).filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`);
  return `${lost} of ${of} ${what} (${(100 * share(loss)).toFixed(1)}%) are lost: ` +
    given.join(", ");
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
