/**
 * What training a run is asked for.
 *
 * @module
 */
import type { TrainObserver } from "../train/observer.ts";
import type { Parallel } from "../train/trainer.ts";
import type { RunSettings } from "./run.ts";

/** What to train, and where. A resumed run's configuration must be its own, but for `resumableKeys`. */
export interface TrainRequest extends RunSettings {
  /** The run directory; made where it is missing. */
  readonly directory: string;
  /** Goes on from this checkpoint where the directory holds a run; without it, a run is refused. */
  readonly resume?: "last" | "previous" | undefined;
  /** Lets a run be resumed on another engine than it was begun on; its bits may then differ. */
  readonly anyEngine?: boolean | undefined;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: boolean | undefined;
  /** Seconds between checkpoints within an epoch; 600 by default. */
  readonly checkpointSeconds?: number | undefined;
  /** Takes the largest batch of either split alone: what fails with it would fail in training. */
  readonly rehearsal?: boolean | undefined;
  /** Told what happens, beside the run's log and TensorBoard file. */
  readonly observers?: readonly TrainObserver[] | undefined;
  /** Ends training after the step in progress. */
  readonly interrupt?: AbortSignal | undefined;
  /** The processes that train together; the first one alone writes into the directory. */
  readonly parallel?: Parallel | undefined;
}
