/**
 * What the page of a report shows beside the metrics, gathered while scores are there.
 *
 * @module
 */
import type { Evaluated } from "../../../model/run/evaluate_run.ts";
import { evaluateLabels, type LabelMetrics } from "../../../model/metrics/labels.ts";
import { thresholdCurve, type ThresholdPoint } from "../../../model/metrics/threshold_curve.ts";
import type { Split, Task } from "../../../pipeline/schema.ts";

/** What the page shows of one label set on one split. */
export interface SplitDetails {
  /** Micro precision, recall and F1 at rising thresholds. */
  readonly curve: readonly ThresholdPoint[];
  /** In index order, at the threshold of decisions. */
  readonly labels: readonly LabelMetrics[];
}

/** What the page shows, to be looked up by label set and split. */
export interface Details {
  get(task: Task, split: Split): SplitDetails | undefined;
}

/** Gathers details of label sets and splits as they are evaluated. */
export class DetailsCollector implements Details {
  readonly #found = new Map<string, SplitDetails>();

  add({ task, split, matrix, truth, threshold }: Evaluated): void {
    this.#found.set(`${task} ${split}`, {
      curve: thresholdCurve(matrix, truth),
      labels: evaluateLabels(matrix, truth, threshold),
    });
  }

  get(task: Task, split: Split): SplitDetails | undefined {
    return this.#found.get(`${task} ${split}`);
  }
}
