/** Ranks within one process, and training that they divide. */
import type { Communicator, Exchange } from "../../model/parallel/communicator.ts";

/** What one of these ranks has exchanged. */
export interface FakeRank extends Communicator {
  /** Numbers in each sum, in order. */
  readonly summed: readonly number[];
  /** Exit codes that it has ended all with. */
  readonly aborts: readonly number[];
}

/** One exchange: what the ranks that have come bring, and who waits. */
class Meeting<T, R> {
  readonly #brought: T[] = [];
  readonly #all = Promise.withResolvers<R>();

  constructor(readonly size: number, readonly combine: (brought: readonly T[]) => R) {}

  bring(rank: number, value: T): Promise<R> {
    this.#brought[rank] = value;
    if (Object.keys(this.#brought).length === this.size) {
      this.#all.resolve(this.combine(this.#brought));
    }
    return this.#all.promise;
  }
}

/** Ranks that meet in this process. They cannot wait for each other without serving events. */
export function fakeRanks(size: number): readonly FakeRank[] {
  const meetings: Meeting<never, unknown>[] = [];
  const createRank = (rank: number): FakeRank => {
    let calls = 0;
    const summed: number[] = [];
    const aborts: number[] = [];
    const meet = <T, R>(value: T, combine: (brought: readonly T[]) => R): Exchange<R> => {
      const meeting = (meetings[calls++] ??= new Meeting<never, unknown>(
        size,
        combine as (brought: readonly never[]) => unknown,
      )) as unknown as Meeting<T, R>;
      const result = meeting.bring(rank, value);
      return {
        done: () => result,
        wait: () => {
          throw new Error("ranks of one process cannot wait");
        },
      };
    };
    const then = <T, R>({ done, wait }: Exchange<T>, use: (value: T) => R): Exchange<R> => ({
      done: () => done().then(use),
      wait: () => use(wait()),
    });
    return {
      rank,
      size,
      localRank: rank,
      localSize: size,
      description: "one process",
      summed,
      aborts,
      sum(values) {
        summed.push(values.length);
        const sums = meet(
          values.slice(),
          (all) => all.reduce((sum, own) => sum.map((value, i) => value + own[i]!)),
        );
        return then(sums, (total) => values.set(total));
      },
      gather: (own) => meet(own.slice(), (all) => all.map((bytes) => bytes.slice())),
      broadcast: (bytes) =>
        then(meet(bytes.slice(), ([first]) => first!), (first) => bytes.set(first)),
      abort: (exitCode) => void aborts.push(exitCode),
      finish() {},
    };
  };
  return Array.from({ length: size }, (_, rank) => createRank(rank));
}
