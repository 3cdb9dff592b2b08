/**
 * What every metric reads: the cells of a score matrix, in an order-preserving integer form, and which
 * of them are positive. Nothing is copied; a subset of the labels is a list of columns.
 *
 * Legend: `D` documents, `L` evaluated labels (columns), `P` positive cells.
 *
 * @module
 */
import { type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import { NumericError } from "../../pipeline/errors.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** The float32 bits of 1: the largest key that a probability can have. */
const LARGEST_KEY = 0x3f800000;

/** The cells of some columns of a score matrix. */
export interface Cells {
  /** D */
  readonly documents: number;
  /** Columns of the whole matrix, evaluated or not: the stride of `keys`. */
  readonly width: number;
  /**
   * [D, width] the scores' float32 bits. Of numbers from 0 to 1 the bits, read as unsigned integers,
   * are ordered as the numbers are.
   */
  readonly keys: Uint32Array;
  /** [L] the evaluated columns of the matrix, ascending. */
  readonly columns: Int32Array;
  /** [D + 1] where each document's positives begin. */
  readonly offsets: Int32Array;
  /** [P] positive cells as positions in `columns`, ascending within a document. */
  readonly positives: Int32Array;
}

/** Groups of columns that are evaluated apart; a column may be in several, or in none. */
export interface ColumnGroups {
  /** Positions in `columns` of each group's columns, ascending. */
  readonly members: readonly Int32Array[];
  /** [L] the groups of each column. */
  readonly byColumn: readonly (readonly number[])[];
}

/** Documents by column, compressed: column `c` has `documents[offsets[c] … offsets[c + 1])`. */
export interface DocumentLists {
  /** [L + 1] */
  readonly offsets: Uint32Array;
  /** Rows, ascending within a column. */
  readonly documents: Uint32Array;
}

/**
 * All cells of a matrix.
 *
 * @throws {NumericError} where a score is no number from 0 to 1.
 * @throws {RangeError} where the matrix and the truth are not of one shape.
 */
export function selectCells({ documents, labels, scores }: ScoreMatrix, truth: LabelRows): Cells {
  if (truth.offsets.length !== documents + 1 || scores.length !== documents * labels) {
    throw new RangeError(
      `evaluating scores: ${scores.length} scores of ${documents} × ${labels} and labels of ` +
        `${truth.offsets.length - 1} documents, expected one shape`,
    );
  }
  // The scores' own bytes: nothing is copied.
  const keys = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  requireProbabilities(keys, scores, labels);
  const offsets = new Int32Array(documents + 1);
  const positives: number[] = [];
  for (let row = 0; row < documents; row++) {
    const found = rowOf(truth, row);
    for (const label of new Set(found.toSorted())) {
      if (label >= 0 && label < labels) positives.push(label);
      else throw new RangeError(`evaluating scores: no label ${label} among ${labels}`);
    }
    offsets[row + 1] = positives.length;
  }
  return {
    documents,
    width: labels,
    keys,
    columns: Int32Array.from({ length: labels }, (_, label) => label),
    offsets,
    positives: Int32Array.from(positives),
  };
}

/**
 * Some of the columns of cells that are checked already.
 *
 * @param members positions in `cells.columns`, ascending.
 */
export function restrictCells(cells: Cells, members: Int32Array): Cells {
  if (members.length === cells.columns.length) return cells;
  const position = new Int32Array(cells.columns.length).fill(-1);
  members.forEach((column, at) => position[column] = at);
  const offsets = new Int32Array(cells.documents + 1);
  const positives: number[] = [];
  for (let row = 0; row < cells.documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      const found = position[cells.positives[at]!]!;
      if (found >= 0) positives.push(found);
    }
    offsets[row + 1] = positives.length;
  }
  const columns = members.map((column) => cells.columns[column]!);
  return { ...cells, columns, offsets, positives: Int32Array.from(positives) };
}

/** The key of the largest float32 at or below `value`: a score is above `value` where its key is above. */
export function keyAtOrBelow(value: number): number {
  if (!(value >= 0)) return -1;
  const rounded = Math.fround(Math.min(value, 1) + 0); // + 0 takes −0's sign away
  const key = new Uint32Array(Float32Array.of(rounded).buffer)[0]!;
  return rounded > value ? key - 1 : key;
}

/** Groups of the `columns` of a matrix that has so many. */
export function groupColumns(columns: number, members: readonly Int32Array[]): ColumnGroups {
  const byColumn: number[][] = Array.from({ length: columns }, () => []);
  members.forEach((group, index) => group.forEach((column) => byColumn[column]!.push(index)));
  return { members, byColumn };
}

/** All columns as one group. */
export function allColumns({ columns }: Cells): ColumnGroups {
  return groupColumns(columns.length, [Int32Array.from(columns.keys())]);
}

/**
 * Where each value of the keys' upper bits begins among `sorted` keys, so that a key need only be
 * looked for among those that share its upper bits.
 *
 * @param shift number of lower bits that are left out.
 */
export function indexKeys(sorted: Uint32Array, shift: number): Uint32Array {
  const first = new Uint32Array((LARGEST_KEY >>> shift) + 2);
  for (const key of sorted) first[(key >>> shift) + 1]!++;
  for (let bin = 1; bin < first.length; bin++) first[bin]! += first[bin - 1]!;
  return first;
}

/** The score that has this key. */
export function scoreOf(key: number): number {
  return new Float32Array(Uint32Array.of(key).buffer)[0]!;
}

/** The key of every positive cell, document by document, [P]. */
export function positiveKeys({ documents, width, keys, columns, ...cells }: Cells): Uint32Array {
  const found = new Uint32Array(cells.positives.length);
  for (let row = 0; row < documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      found[at] = keys[row * width + columns[cells.positives[at]!]!]!;
    }
  }
  return found;
}

/** The documents that are positive for each column. */
export function positiveLists({ documents, columns, offsets, positives }: Cells): DocumentLists {
  const lists = emptyLists(countsOf(columns.length, positives));
  const next = lists.offsets.slice();
  for (let row = 0; row < documents; row++) {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      lists.documents[next[positives[at]!]!++] = row;
    }
  }
  return lists;
}

/** Lists of the given lengths, yet to be filled. */
export function emptyLists(lengths: Uint32Array): DocumentLists {
  const offsets = new Uint32Array(lengths.length + 1);
  for (let at = 0; at < lengths.length; at++) offsets[at + 1] = offsets[at]! + lengths[at]!;
  return { offsets, documents: new Uint32Array(offsets[lengths.length]!) };
}

/** How often each of 0 … `size` − 1 occurs. */
function countsOf(size: number, values: Int32Array): Uint32Array {
  const counts = new Uint32Array(size);
  for (const value of values) counts[value]!++;
  return counts;
}

function requireProbabilities(keys: Uint32Array, scores: Float32Array, labels: number): void {
  for (let at = 0; at < keys.length; at++) {
    if (keys[at]! <= LARGEST_KEY) continue;
    if (scores[at] === 0) keys[at] = 0; // −0, which has a sign bit
    else {
      throw new NumericError(
        `evaluating scores: document ${Math.floor(at / labels)}, label ${at % labels} has ` +
          `${scores[at]}, expected a probability; the weights that gave it are not usable`,
      );
    }
  }
}
