/**
 * Whether the peer computes what we do.
 *
 * @module
 */
import { IntegrityError } from "../../../pipeline/errors.ts";
import type { Column, ResultTable } from "../results.ts";
import type { Session } from "../session.ts";

/** How far two results may be apart, as a share of the largest value of each tensor. */
export const TOLERANCE = 1e-3;

/** How far apart logits, loss and gradients are, as a share of the largest value of each tensor. */
export interface Differences {
  /** Logits of both tasks. */
  readonly logits: number;
  /** The loss. */
  readonly loss: number;
  /** The weight whose gradient differs most. */
  readonly gradient: number;
  /** Its name. */
  readonly weight: string;
  /** Weights that were compared. */
  readonly weights: number;
}

const columns: readonly Column[] = [
  { key: "batch", head: "batch", unit: "text" },
  { key: "same", head: "same result", unit: "text" },
  { key: "logitsText", head: "logits differ by", unit: "text" },
  { key: "lossText", head: "loss", unit: "text" },
  { key: "gradientText", head: "gradients", unit: "text" },
  { key: "weight", head: "most at", unit: "text" },
];

/** Logits, loss and every weight's gradient in PyTorch from our weights, with and without padding. */
export async function measureCheck(session: Session): Promise<ResultTable[]> {
  if (!session.hasPeer) return [];
  const rows = [];
  for (const mixed of [false, true]) {
    const batch = mixed ? "mixed lengths" : "equal lengths";
    const workload = { ...session.request.workload, documents: 4, tokens: 50, mixed };
    await session.ours(`${batch}, our gradients`, "check", { workload });
    const found = await session.theirs<Differences>(`${batch}, PyTorch's`, "check", { workload });
    if (!found) continue;
    const same = isSame(found.more);
    if (!same) session.fail(new IntegrityError(describe(batch, found.more)));
    const text = (value: number) => value.toExponential(1);
    const { logits, loss, gradient } = found.more;
    const texts = {
      logitsText: text(logits),
      lossText: text(loss),
      gradientText: text(gradient),
    };
    rows.push({ batch, same: same ? "yes" : "NO", ...texts, ...found.more });
  }
  return [{ title: "The same as PyTorch computes", columns, rows }];
}

/** Whether no difference is more than {@linkcode TOLERANCE}; one that is no number is not. */
export function isSame({ logits, loss, gradient }: Differences): boolean {
  return [logits, loss, gradient].every((difference) => difference <= TOLERANCE);
}

function describe(batch: string, { logits, loss, gradient, weight }: Differences): string {
  return `comparing a step with PyTorch's (${batch}): logits differ by ${logits}, the loss by ${loss}, ` +
    `the gradient of ${weight} by ${gradient} of its largest value; expected at most ${TOLERANCE}`;
}
