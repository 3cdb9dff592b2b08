/**
 * Resamples of the documents, with replacement, for bootstrap intervals. A resample is how often each
 * document occurs in it. Sums over documents are taken for many resamples at once: several counts are
 * packed into one float64, wide enough apart that a sum over all documents never carries into the next.
 *
 * Legend: `D` documents, `N` resamples, `R` resamples of a block.
 *
 * @module
 */
import { createRandom } from "../../../pipeline/random.ts";

/** Bits of a float64's whole numbers. */
const FLOAT64_BITS = 53;
/** Packed numbers for a document: they share a cache line, and their sums do not wait for each other. */
const WORDS = 4;

/** Resamples of a split's documents. */
export interface Resamples {
  /** N */
  readonly size: number;
  /** D: how many documents each is drawn from, and holds. */
  readonly documents: number;
  /** [N, D] how often each document occurs in each resample. */
  readonly counts: Uint16Array;
}

/**
 * Draws resamples. Whatever is evaluated on the same ones can be compared resample by resample.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const { counts } = drawResamples(10, { size: 2, seed: 7 });
 * assert.equal(counts.subarray(10, 20).reduce((sum, count) => sum + count), 10);
 * ```
 */
export function drawResamples(
  documents: number,
  { size, seed }: { readonly size: number; readonly seed: number },
): Resamples {
  const random = createRandom(seed, "bootstrap", documents);
  const counts = new Uint16Array(size * documents);
  for (let start = 0; start < counts.length; start += documents) {
    for (let draw = 0; draw < documents; draw++) counts[start + random.below(documents)]!++;
  }
  return { size, documents, counts };
}

/** [D] how often each document occurs in one of the resamples, by its index. Not copied. */
export function resampleAt({ documents, counts }: Resamples, at: number): Uint16Array {
  return counts.subarray(at * documents, (at + 1) * documents);
}

/** Sums for the resamples of one block at once. */
export interface WeightBlock {
  /** Index of the block's first resample, from 0. */
  readonly first: number;
  /** R */
  readonly size: number;
  /** Writes the R sums of the counts of `documents[from … to)` into `sums`. */
  sum(documents: Uint32Array, from: number, to: number, sums: Float64Array): void;
}

/** The resamples in blocks, one after another. */
export function* weightBlocks(resamples: Resamples): Generator<WeightBlock> {
  const { documents, counts } = resamples;
  const bits = Math.ceil(Math.log2(documents + 1));
  const fields = Math.floor(FLOAT64_BITS / bits);
  const packed = new Float64Array(documents * WORDS);
  for (let first = 0; first < resamples.size; first += WORDS * fields) {
    const size = Math.min(WORDS * fields, resamples.size - first);
    packed.fill(0);
    for (let at = 0; at < size; at++) {
      const scale = 2 ** (bits * (at % fields));
      const word = Math.floor(at / fields);
      const start = (first + at) * documents;
      for (let row = 0; row < documents; row++) {
        packed[row * WORDS + word]! += scale * counts[start + row]!;
      }
    }
    yield createBlock(packed, { first, size, bits, fields });
  }
}

/** A block whose counts are packed as `fields` numbers of `bits` bits in each of a document's words. */
function createBlock(
  packed: Float64Array,
  { first, size, bits, fields }: { first: number; size: number; bits: number; fields: number },
): WeightBlock {
  const radix = 2 ** bits;
  const totals = new Float64Array(WORDS);
  return {
    first,
    size,
    sum(documents, from, to, sums) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let at = from; at < to; at++) {
        const row = documents[at]! * WORDS;
        a += packed[row]!;
        b += packed[row + 1]!;
        c += packed[row + 2]!;
        d += packed[row + 3]!;
      }
      totals[0] = a;
      totals[1] = b;
      totals[2] = c;
      totals[3] = d;
      let at = 0;
      for (let word = 0; at < size; word++) {
        let rest = totals[word]!;
        for (let field = 0; field < fields && at < size; field++) {
          const higher = Math.floor(rest / radix);
          sums[at++] = rest - higher * radix;
          rest = higher;
        }
      }
    },
  };
}

/**
 * The middle 95% of the finite values (2.5th and 97.5th percentile, linear between neighbours), moved
 * so that their mean is `centre`, and held between 0 and 1.
 */
export function interval95(
  values: Float64Array,
  centre: number,
): readonly [low: number, high: number] {
  const sorted = values.filter(Number.isFinite).sort();
  const shift = centre - sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const percentile = (share: number) => {
    const at = share * (sorted.length - 1);
    const below = Math.floor(at);
    const low = sorted[below] ?? NaN;
    const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
    return Math.min(1, Math.max(0, low + (at - below) * (high - low) + shift));
  };
  return [percentile(0.025), percentile(0.975)];
}
