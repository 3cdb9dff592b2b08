/**
 * Processes that train one model together, each on its part of every batch: its ranks, as MPI calls
 * them. All of them gather in the same order, and do all else that they do together in the same order.
 *
 * @module
 */

/** Something that all ranks do together, under way; until it is done, its buffers are not the caller's. */
export interface Exchange<T> {
  /** What came of it; the event loop is served meanwhile. */
  done(): Promise<T>;
  /** What came of it; nothing else is served meanwhile. */
  wait(): T;
}

/** This process among the ranks. */
export interface Communicator {
  /** Number of this process among all, from 0. */
  readonly rank: number;
  /** How many processes there are in all. */
  readonly size: number;
  /** Number of this process among those on its machine, from 0. */
  readonly localRank: number;
  /** How many processes there are on its machine. */
  readonly localSize: number;
  /** What connects them, in words. */
  readonly description: string;
  /** Begins to add up `values` over all ranks, in place. All ranks get the same bits. */
  sum(values: Float32Array): Exchange<void>;
  /** Begins to collect every rank's bytes, by rank. All bring as many. */
  gather(own: Uint8Array): Exchange<readonly Uint8Array[]>;
  /** Begins to make `bytes` those of rank 0. */
  broadcast(bytes: Uint8Array): Exchange<void>;
  /** Ends all ranks at once, with this exit code. */
  abort(exitCode: number): void;
  /** Takes leave of the others; nothing may be under way. */
  finish(): void;
}

/** A process that trains by itself. */
export const alone: Communicator = {
  rank: 0,
  size: 1,
  localRank: 0,
  localSize: 1,
  description: "one process",
  sum: () => finished(undefined),
  gather: (own) => finished([own]),
  broadcast: () => finished(undefined),
  abort() {},
  finish() {},
};

function finished<T>(value: T): Exchange<T> {
  return { done: () => Promise.resolve(value), wait: () => value };
}

/** Whether any rank says `here`; all ranks get the same answer. */
export async function anyRank({ size, sum }: Communicator, here: boolean): Promise<boolean> {
  if (size === 1) return here;
  const count = Float32Array.of(here ? 1 : 0);
  await sum(count).done();
  return count[0]! > 0;
}

/** How each rank's numbers come to all ranks, while nothing else is served. */
export function gatherNumbers(
  { gather }: Communicator,
): (own: Float32Array) => readonly Float32Array[] {
  return ({ buffer, byteOffset, byteLength }) =>
    gather(new Uint8Array(buffer, byteOffset, byteLength)).wait()
      .map((bytes) => new Float32Array(bytes.slice().buffer));
}

/**
 * Rank 0's text, on all ranks.
 *
 * @param text rank 0's; those of others are not looked at.
 */
export async function shareText({ broadcast }: Communicator, text: string): Promise<string> {
  const own = new TextEncoder().encode(text);
  const length = Int32Array.of(own.length);
  await broadcast(new Uint8Array(length.buffer)).done();
  const shared = new Uint8Array(length[0]!);
  shared.set(own.subarray(0, shared.length));
  await broadcast(shared).done();
  return new TextDecoder().decode(shared);
}
