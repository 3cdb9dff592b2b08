/**
 * What each document adds to micro-F1 and P@k, from a run's `predictions/<split>.csv`: two runs can be
 * compared document by document without their models.
 *
 * @module
 */
import { fromCSV } from "arquero";
import { IntegrityError } from "../../pipeline/errors.ts";
import type { DocumentCounts } from "../metrics/bootstrap/paired.ts";
import { PREDICTED_CODES } from "./predictions.ts";
import { FIXED_THRESHOLD } from "../metrics/threshold.ts";

/** Documents of a predictions file, in its order. */
export interface PredictedCounts {
  readonly ids: readonly string[];
  /**
   * At the threshold 0.5. `positive` counts true labels among the listed codes, which are all there are
   * where the label set has no more than {@linkcode PREDICTED_CODES}.
   */
  readonly counts: DocumentCounts;
  /** Whether every code above the threshold is among the listed ones, in every document. */
  readonly complete: boolean;
}

/** The columns that are read, each as text. */
interface Columns {
  readonly id: readonly string[];
  readonly probability: readonly string[];
  readonly label: readonly string[];
}

/**
 * Counts what a predictions file holds.
 *
 * @param k of precision at k.
 * @param where path for messages.
 * @throws {IntegrityError} where it is not as `formatPredictions` writes it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const csv = "id,rank,code,probability,label\n7,1,428.0,0.9,1\n7,2,401.9,0.6,0\n7,3,250.0,0.2,1\n";
 * const { ids, counts } = countPredictions(csv, 2, "test.csv");
 * assert.deepEqual(ids, ["7"]);
 * assert.deepEqual(counts, { hits: [1], assigned: [2], positive: [2], precision: [0.5] });
 * ```
 */
export function countPredictions(csv: string, k: number, where: string): PredictedCounts {
  const { id, probability, label } = readColumns(csv, where);
  const ids: string[] = [];
  const [hits, assigned, positive, precise]: number[][] = [[], [], [], []];
  let complete = true;
  let to = 0;
  for (let from = 0; from < id.length; from = to) {
    while (to < id.length && id[to] === id[from]) to++;
    const truth = label.slice(from, to).map(Number);
    const above = probability.slice(from, to).filter(isAssigned).length;
    ids.push(id[from]!);
    hits!.push(sum(truth.slice(0, above))); // the most probable come first
    assigned!.push(above);
    positive!.push(sum(truth));
    precise!.push(sum(truth.slice(0, k)) / k);
    complete &&= above < PREDICTED_CODES || to - from < PREDICTED_CODES;
  }
  const counts = { hits: hits!, assigned: assigned!, positive: positive!, precision: precise! };
  return { ids, counts, complete };
}

function readColumns(csv: string, where: string): Columns {
  const table = fromCSV(csv, { autoType: false });
  if (table.columnNames().join() !== "id,rank,code,probability,label") {
    throw new IntegrityError(
      `reading ${where}: its columns are ${table.columnNames().join()}, expected ` +
        "id,rank,code,probability,label; evaluate the run again",
    );
  }
  const column = (name: keyof Columns) => Array.from(table.array(name), String);
  return { id: column("id"), probability: column("probability"), label: column("label") };
}

function isAssigned(probability: string): boolean {
  return Number(probability) > FIXED_THRESHOLD;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
