/**
 * That all ranks are about to do the same.
 *
 * @module
 */
import { IntegrityError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import type { Communicator } from "./communicator.ts";

/** Bytes of a digest in hexadecimal. */
const DIGEST = 64;

/**
 * Holds what this rank goes by against what the others do. All ranks throw the same.
 *
 * @param facts by what they are called: `dataset`, `configuration`. All ranks have the same names.
 * @throws {IntegrityError} naming the facts, and the ranks that have others than the first one.
 */
export async function requireAgreement(
  ranks: Communicator,
  facts: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(facts);
  const own = new TextEncoder().encode(names.map((name) => sha256(facts[name]!)).join(""));
  const all = (await ranks.gather(own).done()).map((bytes) => new TextDecoder().decode(bytes));
  const digest = (rank: number, at: number) => all[rank]!.slice(at * DIGEST, (at + 1) * DIGEST);
  const differs = (rank: number, at: number) => digest(rank, at) !== digest(0, at);
  const others = [...all.keys()].filter((rank) => names.some((_, at) => differs(rank, at)));
  if (others.length === 0) return;
  const what = names.filter((_, at) => others.some((rank) => differs(rank, at))).join(", ");
  throw new IntegrityError(
    `training on ${ranks.size} ranks: rank ${others.join(", ")} and rank 0 have not the same ` +
      `${what}; expected one on all; start all with one command, on one file system or equal copies`,
  );
}
