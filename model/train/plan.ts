/**
 * The batches of an epoch as one rank sees them: the whole batch's size, and the passes that are its own.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import type { TrainConfig } from "../config/config.ts";
import type { Model } from "../model.ts";
import { alone, type Communicator } from "../parallel/communicator.ts";
import { divide } from "../parallel/divide.ts";
import { documentLengths, planModelPasses } from "../passes.ts";

/** A batch of an epoch, before its documents are read. */
export interface PlannedBatch {
  /** How many documents the whole batch has, those of other ranks included. */
  readonly documents: number;
  /** Of these documents, padding aside. */
  readonly tokens: number;
  /** This rank's rows of each pass. */
  readonly passes: readonly Int32Array[];
  /**
   * The passes that have no document for this rank: one of another rank's stands in there, so that this
   * one has something to go through, and counts for nothing. The first rank has none.
   */
  readonly idle: ReadonlySet<number>;
}

/**
 * The batches of an epoch. Ranks divide every pass, each of them as many padded tokens as one process
 * would take; with one rank a pass is its own.
 *
 * @param epoch from 0.
 */
export function planEpoch(
  model: Pick<Model, "lengths">,
  documents: Documents,
  config: TrainConfig,
  epoch: number,
  { rank, size }: Pick<Communicator, "rank" | "size"> = alone,
): readonly PlannedBatch[] {
  const { maxTokens } = config;
  const lengths = documentLengths(model, documents, maxTokens);
  const wide = { ...config, microTokens: config.microTokens * size };
  return planModelPasses(model, documents, wide, epoch).map((passes) => {
    const rows = passes.flatMap((pass) => [...pass]);
    const own = passes.map((pass) => ownRows(pass, lengths, rank, size));
    return {
      documents: rows.length,
      tokens: rows.reduce((sum, row) => sum + readTokens(documents, row, maxTokens), 0),
      passes: own.map((rows, at) => rows.length > 0 ? rows : shortest(passes[at]!, lengths)),
      idle: new Set(own.keys().filter((at) => own[at]!.length === 0)),
    };
  });
}

/** A rank's rows of a pass, in its order. */
function ownRows(pass: Int32Array, lengths: Int32Array, rank: number, size: number): Int32Array {
  if (size === 1) return pass;
  const sizes = pass.map((row) => Math.max(1, lengths[row]!));
  return Int32Array.from(divide(sizes, size)[rank]!, (place) => pass[place]!);
}

/** The one row that costs least. */
function shortest(pass: Int32Array, lengths: Int32Array): Int32Array {
  return Int32Array.of(pass.reduce((least, row) => lengths[row]! < lengths[least]! ? row : least));
}

/** Tokens that are read of a document: one unknown token where it has none. */
function readTokens({ lengths }: Documents, row: number, maxTokens: number): number {
  return Math.max(1, Math.min(lengths[row]!, maxTokens));
}
