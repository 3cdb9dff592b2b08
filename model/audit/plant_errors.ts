/**
 * Errors planted among codes that are known, so that what finds them can be measured.
 *
 * @module
 */
import { joinRows, type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import { createRandom, type Random, shuffle } from "../../pipeline/random.ts";

/** How a wrong code is chosen: any that the case lacks alike, or by how often coders give it. */
export const INSERTIONS = ["uniform", "frequency"] as const;

/** How the wrong codes of one measurement are chosen. */
export type Insertion = typeof INSERTIONS[number];

/** Draws for each place of a wrong code: where documents have nearly all labels, few places are free. */
const MOST_DRAWS = 1000;

/** How many errors are planted, and which. */
export interface PlantOptions {
  /** How many labels there are to choose wrong codes from. */
  readonly labels: number;
  /** Share of all codes that is left out, and that is given in error. */
  readonly share: number;
  readonly insertion: Insertion;
  readonly seed: number;
}

/** The codes of a split with errors, and where these are. */
export interface PlantedErrors {
  /** What the coder is to have given. */
  readonly given: LabelRows;
  /** For each document, its labels that were left out. */
  readonly missing: readonly ReadonlySet<number>[];
  /** For each document, labels that were put in. */
  readonly wrong: readonly ReadonlySet<number>[];
}

/**
 * Leaves out a share of all codes and puts in as many at other places, each in a document that does not
 * have it; fewer where next to no such place is free.
 */
export function plantErrors(truth: LabelRows, options: PlantOptions): PlantedErrors {
  const random = createRandom(options.seed, "planted errors");
  const documents = truth.offsets.length - 1;
  const own = Array.from(
    { length: documents },
    (_, row) => new Set(rowOf(truth, row)),
  );
  const missing = own.map(() => new Set<number>());
  const wrong = own.map(() => new Set<number>());
  const cells = own.flatMap((labels, row) => Array.from(labels, (label) => ({ row, label })));
  const errors = Math.round(cells.length * options.share);
  for (const { row, label } of shuffle(cells, random).slice(0, errors)) missing[row]!.add(label);
  let planted = 0;
  for (let draws = 0; planted < errors && draws < MOST_DRAWS * errors; draws++) {
    const row = random.below(documents);
    const label = drawLabel(truth, options, random);
    if (own[row]!.has(label) || wrong[row]!.has(label)) continue;
    wrong[row]!.add(label);
    planted++;
  }
  const given = own.map((labels, row) => {
    const kept = [...labels].filter((label) => !missing[row]!.has(label));
    return Int32Array.from([...kept, ...wrong[row]!]).sort();
  });
  return { given: joinRows(given), missing, wrong };
}

function drawLabel(truth: LabelRows, { labels, insertion }: PlantOptions, random: Random): number {
  return insertion === "uniform"
    ? random.below(labels)
    : truth.indices[random.below(truth.indices.length)]!;
}
