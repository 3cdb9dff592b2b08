/**
 * Requests that take the engine, one after the other in the order in which they came. So many may wait;
 * beyond that a request is told when to come again, before anything of it is read.
 *
 * @module
 */
import { RequestRefusal } from "./refusal.ts";

/** Does a piece of work when its turn has come; `gone` is aborted once nobody waits for what it gives. */
export type TakeTurn = <T>(work: (gone: AbortSignal) => Promise<T>) => Promise<T>;

/** Refuses to begin, with 503, what nobody waits for any more. */
export function requireWaiting(gone: AbortSignal): void {
  if (gone.aborted) throw new RequestRefusal(503, "nobody waits for the answer any more");
}

/** Turns one after the other; work that fails ends its own turn alone. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/** Seconds that nobody is told to wait longer than: a place is free long before all are. */
const LONGEST_WAIT = 10;

/** How much a turn counts in the mean that foretells the next ones. */
const WEIGHT = 0.3;

/** So many places for requests, and turns at the engine for those that have one. */
export class RequestQueue {
  readonly #places: number;
  #taken = 0;
  readonly #takeTurn = createTurns();
  /** What turns took of late, each. */
  #seconds = 0;

  /** @param places requests that are read, wait or are worked on. */
  constructor(places: number) {
    this.#places = places;
  }

  /**
   * Holds a place while `use` lasts, which may take turns.
   *
   * @param gone aborted once nobody waits for the answer: a turn that comes then is not taken.
   * @throws {RequestRefusal} 503 where no place is free, or nobody waits any more.
   */
  async within<T>(use: (turn: TakeTurn) => Promise<T>, gone: AbortSignal): Promise<T> {
    if (this.#taken >= this.#places) {
      const foretold = Math.ceil(this.#taken * this.#seconds);
      const wait = Math.min(Math.max(1, foretold), LONGEST_WAIT);
      throw new RequestRefusal(503, `${this.#taken} requests are before this one; ask again`, wait);
    }
    this.#taken++;
    try {
      return await use((work) => this.#takeTurn(() => this.#timed(work, gone)));
    } finally {
      this.#taken--;
    }
  }

  async #timed<T>(work: (gone: AbortSignal) => Promise<T>, gone: AbortSignal): Promise<T> {
    requireWaiting(gone);
    const start = performance.now();
    try {
      return await work(gone);
    } finally {
      const seconds = (performance.now() - start) / 1000;
      this.#seconds += WEIGHT * (seconds - this.#seconds);
    }
  }
}
