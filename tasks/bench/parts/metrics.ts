/**
 * Evaluating scores.
 *
 * @module
 */
import { IntegrityError } from "../../../pipeline/errors.ts";
import { compare, comparisonTable } from "../compare.ts";
import { spreadOf } from "../measure.ts";
import type { PeerMore } from "../request.ts";
import type { ResultTable } from "../results.ts";
import type { Evaluating } from "../sections/metrics.ts";
import type { Session } from "../session.ts";

interface Evaluated extends PeerMore {
  readonly values: Readonly<Record<string, number>>;
}

/** How far a metric may be from scikit-learn's. */
const TOLERANCE = 1e-6;

/** All metrics of a matrix of scores, beside scikit-learn's AUC and F1, which must be equal. */
export async function measureMetrics(session: Session): Promise<ResultTable[]> {
  const pair = await session.pair<Evaluating, Evaluated>({
    name: "metrics",
    ours: "metrics",
    theirs: "metrics",
  });
  const { values } = pair.ours[0]!.more, theirs = pair.theirs[0]?.more.values;
  const difference = theirs ? largestDifference(values, theirs) : 0;
  if (!(difference <= TOLERANCE)) {
    session.fail(
      new IntegrityError(
        `comparing metrics with scikit-learn's: they differ by up to ${difference}; ` +
          `expected at most ${TOLERANCE}`,
      ),
    );
  }
  const { documents, labels } = session.request.matrix;
  const size = `${documents.toLocaleString("en-US")} × ${labels.toLocaleString("en-US")}`;
  const compared = compare(`metrics of ${size} scores`, pair);
  return [comparisonTable([
    { ...compared, ...(theirs ? { difference } : {}) },
    {
      work: "metrics with intervals of 1,000 resamples",
      here: spreadOf(pair.ours.map(({ more }) => more.withIntervals)),
    },
  ])];
}

/** The largest difference in what both have; not a number where ours lacks one of theirs. */
export function largestDifference(
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): number {
  return Math.max(
    ...Object.entries(theirs).map(([name, value]) => Math.abs(value - (ours[name] ?? NaN))),
  );
}
