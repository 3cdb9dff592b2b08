/**
 * Whether ICD codes gather around their own CCS category (paper §4.5, eq. 18): in how many categories'
 * regions there are more of their codes than chance would put there.
 *
 * @module
 */
import { binomialTail, binomialThreshold } from "./binomial.ts";
import type { LabelPlane, PlacedLabel } from "./label_plane.ts";

/** A category's region: the circle around it. */
export interface Region extends Pick<PlacedLabel, "code" | "title" | "x" | "y"> {
  /** n: ICD codes in the circle. */
  readonly inside: number;
  /** k: those of them that belong to the category. */
  readonly own: number;
  /** ICD codes that belong to the category, wherever they lie. */
  readonly members: number;
  /** p: share of the category's among all ICD codes. */
  readonly share: number;
  /** T: the smallest number with P(k > T) below the level. */
  readonly threshold: number;
  /** P(k ≥ own): how probable so many are by chance. */
  readonly chance: number;
  /** Whether k > T. */
  readonly significant: boolean;
}

/** The regions of all categories. */
export interface RegionTest {
  /** Of every circle, in units of the plane. */
  readonly radius: number;
  /** In the categories' order. */
  readonly regions: readonly Region[];
}

/** What the paper's test goes by. */
export interface RegionOptions {
  /** Radius as a share of the longest distance between two ICD codes; the paper's 0.1 by default. */
  readonly reach?: number | undefined;
  /** What P(k > T) must be below; the paper's 0.1 by default. */
  readonly level?: number | undefined;
}

/** Tests every category of a plane. */
export function testRegions(
  { labels: { icd, ccs } }: LabelPlane,
  { reach = 0.1, level = 0.1 }: RegionOptions = {},
): RegionTest {
  const radius = reach * longestDistance(icd);
  const regions = ccs.map(({ code, title, x, y }) => {
    const near = icd.filter((label) => Math.hypot(label.x - x, label.y - y) <= radius);
    const isOwn = ({ group }: PlacedLabel) => group === code;
    const own = near.filter(isOwn).length;
    const members = icd.filter(isOwn).length;
    const share = members / icd.length;
    const binomial = { draws: near.length, probability: share };
    const threshold = binomialThreshold(binomial, level);
    return {
      code,
      title,
      x,
      y,
      inside: near.length,
      own,
      members,
      share,
      threshold,
      chance: binomialTail(binomial, own - 1),
      significant: own > threshold,
    };
  });
  return { radius, regions };
}

/** The longest distance between any two labels. */
function longestDistance(labels: readonly PlacedLabel[]): number {
  let longest = 0; // squared
  for (let a = 0; a < labels.length; a++) {
    for (let b = a + 1; b < labels.length; b++) {
      const dx = labels[a]!.x - labels[b]!.x;
      const dy = labels[a]!.y - labels[b]!.y;
      longest = Math.max(longest, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(longest);
}
