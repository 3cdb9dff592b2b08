/**
 * The scores of the dev split, which ranks divide and all of them get.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { TrainConfig } from "../config/config.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";
import type { Model } from "../model.ts";
import type { Communicator } from "../parallel/communicator.ts";
import { divide } from "../parallel/divide.ts";
import { documentLengths, planModelPasses } from "../passes.ts";
import { scorePasses, type Scores, type ScoringOptions } from "../scoring.ts";

/** The documents, the model, and the ranks that share the work. */
export interface DevScoring extends Pick<ScoringOptions, "onScored"> {
  readonly model: Model;
  readonly dev: Documents;
  readonly config: TrainConfig;
  readonly ranks: Communicator;
  readonly interrupt: AbortSignal;
}

/**
 * Probabilities of every document. Each rank takes whole batches, the same as one process would, so that
 * the scores are that one's to the bit.
 *
 * @returns undefined where some rank was interrupted.
 */
export async function scoreDev(scoring: DevScoring): Promise<Scores | undefined> {
  const own = await scoreOwn(scoring).catch((error) => {
    if (scoring.interrupt.aborted) return undefined;
    throw error;
  });
  return scoring.ranks.size === 1 ? own : await shareScores(scoring, own);
}

function scoreOwn({ model, dev, config, ranks, onScored, interrupt }: DevScoring) {
  const { maxTokens } = config;
  const all = planModelPasses(model, dev, config).flat();
  const lengths = documentLengths(model, dev, maxTokens);
  const sizes = all.map((rows) => Math.max(1, rows.reduce((sum, row) => sum + lengths[row]!, 0)));
  const passes = divide(sizes, ranks.size)[ranks.rank]!.map((place) => all[place]!);
  return scorePasses(model, dev, { passes, maxTokens }, { onScored, interrupt });
}

/** Every rank's scores put together: of each document one rank has other values than zeros. */
async function shareScores(
  { model: { tasks }, dev, ranks }: DevScoring,
  own: Scores | undefined,
): Promise<Scores | undefined> {
  // A rank with fewer batches than ranks there are may have no scores, and not know their number.
  const facts = Int32Array.from([own ? 1 : 0, ...tasks.map((task) => own?.[task]?.labels ?? 0)]);
  const all = await ranks.gather(new Uint8Array(facts.buffer)).done();
  const [done, ...labels] = facts.map((_, at) => {
    const values = all.map((bytes) => new Int32Array(bytes.slice().buffer)[at]!);
    return at === 0 ? Math.min(...values) : Math.max(...values);
  });
  if (done === 0) return undefined;
  const scores: { [task in Task]?: ScoreMatrix } = {};
  for (const [at, task] of tasks.entries()) {
    const matrix = own?.[task] ?? emptyMatrix(dev.count, labels[at]!);
    await ranks.sum(matrix.scores).done();
    scores[task] = matrix;
  }
  return scores;
}

function emptyMatrix(documents: number, labels: number): ScoreMatrix {
  return { documents, labels, scores: new Float32Array(documents * labels) };
}
