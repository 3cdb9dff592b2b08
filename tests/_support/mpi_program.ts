/**
 * One rank of mpi_test.ts: `mpi_program.ts LIBRARY` exchanges, and computes gradients alone and together
 * with the others. The first rank prints what came of it.
 *
 * @module
 */
import { assign } from "../../model/config/assign.ts";
import { startEngine } from "../../model/engine/engine.ts";
import { alone } from "../../model/parallel/communicator.ts";
import { joinMpi } from "../../model/parallel/mpi.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { farthest, gradientsOn, smallBatch } from "./divided.ts";
import { createSmallSystem } from "./small_systems.ts";

/** What the first rank prints. */
export interface ProgramResult {
  readonly size: number;
  /** Each rank's place on its machine. */
  readonly localRanks: readonly number[];
  /** 1 + 2 + … of the ranks, at both ends of a large buffer. */
  readonly sums: readonly number[];
  /** The first rank's bytes, as the last one has them. */
  readonly broadcast: readonly number[];
  /** How far gradients are from one rank's, by system. */
  readonly distances: Readonly<Record<string, readonly [number, string]>>;
  /** Whether all ranks have the same bits of them. */
  readonly sameBits: boolean;
}

const labels = { icd: 5, ccs: 3 };

const ranks = joinMpi(Deno.args[0]!);
await startEngine();
const large = new Float32Array(3_000_000).fill(ranks.rank + 1);
await ranks.sum(large).done();
const bytes = Uint8Array.of(ranks.rank + 7, ranks.rank);
ranks.broadcast(bytes).wait();

const distances: Record<string, [number, string]> = {};
const digests: string[] = [];
for (const name of ["marn", "mt-ram", "multi-res-cnn", "fusion"]) {
  const { model, config } = createSmallSystem(name);
  for (const count of [7, 2]) { // of two documents, a third rank has none
    const divided = {
      model,
      config: assign(config, { batchSize: count }),
      documents: smallBatch(count, labels),
      labels,
      sync: true,
    };
    const expected = await gradientsOn(alone, divided);
    const found = await gradientsOn(ranks, divided);
    distances[`${name}, ${count} documents`] = farthest(found, expected);
    digests.push(sha256(JSON.stringify([...found].map(([key, values]) => [key, [...values]]))));
  }
}
const own = new TextEncoder().encode(digests.join());
const all = await ranks.gather(own).done();
const places = await ranks.gather(Uint8Array.of(ranks.localRank, ...bytes)).done();
const result: ProgramResult = {
  size: ranks.size,
  localRanks: places.map(([place]) => place!),
  sums: [large[0]!, large.at(-1)!],
  broadcast: [...places.at(-1)!.slice(1)],
  distances,
  sameBits: all.every((one) => String(one) === String(all[0])),
};
// deno-lint-ignore no-console -- read by the test
if (ranks.rank === 0) console.log(JSON.stringify(result));
ranks.finish();
