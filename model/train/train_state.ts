/**
 * How far a run has come: all that, beside the weights and the optimiser's moments, decides what its
 * next step computes. Everything random derives from (seed, step), so no generator has a state.
 *
 * @module
 */
import * as v from "valibot";
import { IntegrityError } from "../../pipeline/errors.ts";
import { type Stopping, unobserved } from "./early_stopping.ts";
import { natural } from "../../pipeline/files/field_schemas.ts";

/** Sums over the epoch in progress. */
export interface EpochTotals {
  /** Summed over documents. */
  readonly loss: number;
  readonly documents: number;
  /** Tokens of these documents, padding left out. */
  readonly tokens: number;
}

/** Progress of a run; plain data, saved in every checkpoint. */
export interface TrainState {
  /** Optimiser steps done. */
  readonly step: number;
  /** Epoch in progress, from 0. */
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly position: number;
  /** Sums over this epoch's done batches. */
  readonly totals: EpochTotals;
  readonly stopping: Stopping;
}

const noTotals: EpochTotals = { loss: 0, documents: 0, tokens: 0 };

/** Before the first step. */
export const startState: TrainState = {
  step: 0,
  epoch: 0,
  position: 0,
  totals: noTotals,
  stopping: unobserved,
};

/** The state after one more batch. `loss` is its mean over its documents. */
export function afterStep(
  state: TrainState,
  batch: { readonly loss: number; readonly documents: number; readonly tokens: number },
): TrainState {
  const { loss, documents, tokens } = state.totals;
  return {
    ...state,
    step: state.step + 1,
    position: state.position + 1,
    totals: {
      loss: loss + batch.loss * batch.documents,
      documents: documents + batch.documents,
      tokens: tokens + batch.tokens,
    },
  };
}

/** The state after an epoch's evaluation, at the start of the next epoch. */
export function afterEpoch(state: TrainState, stopping: Stopping): TrainState {
  return { ...state, epoch: state.epoch + 1, position: 0, totals: noTotals, stopping };
}

const finite = v.pipe(v.number(), v.finite());
const schema = v.strictObject({
  step: natural,
  epoch: natural,
  position: natural,
  totals: v.strictObject({ loss: finite, documents: natural, tokens: natural }),
  stopping: v.strictObject({
    best: v.nullable(finite),
    bestEpoch: v.pipe(v.number(), v.safeInteger(), v.minValue(-1)),
    stale: natural,
  }),
});

/** Reads a state back from JSON. Throws {@linkcode IntegrityError} naming `where`. */
export function parseTrainState(text: string, where: string): TrainState {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new IntegrityError(
      `reading ${where}: its training state is not one that this version writes; ` +
        `go on from another checkpoint, or train anew with another --out`,
    );
  }
}
