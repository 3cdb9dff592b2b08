/**
 * What topics measure with: runs work on both sides, says what it is at, and keeps what failed.
 *
 * @module
 */
import { IntegrityError, ReportedError } from "../../pipeline/errors.ts";
import { median } from "./measure.ts";
import {
  type Pair,
  type PeerMore,
  type PeerWork,
  runPeer,
  runWork,
  type Work,
  type WorkRequest,
  type WorkResult,
} from "./process.ts";
import { formatCell } from "./report.ts";
import type { ResultTable } from "./results.ts";

/** One topic of the benchmark. */
export interface Topic {
  /** What `--only` calls it. */
  readonly name: string;
  readonly measure: (session: BenchSession) => Promise<ResultTable[]>;
  /** Whether it takes long and is measured only when asked for. */
  readonly long?: true;
  /** Whether it measures nothing without a peer. */
  readonly needsPeer?: true;
}

/** How a session measures. */
export interface SessionOptions {
  /** Sizes, some of which topics change. */
  readonly request: WorkRequest;
  /** Processes of each side. */
  readonly repeats: number;
  /** Whether sizes are small. */
  readonly quick: boolean;
  /** The peers' Python; undefined where no peer is asked for. */
  readonly python: string | undefined;
  /** Ends the session before its next process. */
  readonly interrupt: AbortSignal;
  /** Receives what is being done, in pieces of lines. */
  readonly write: (text: string) => void;
}

/** The same work on both sides. */
export interface PairRequest<Ours> {
  /** As progress calls it. */
  readonly name: string;
  readonly ours: Work<Ours>;
  readonly theirs: PeerWork;
  /** Changes to the session's request. */
  readonly changes?: Partial<WorkRequest>;
}

/** One run of the benchmark. */
export class BenchSession {
  readonly #options: SessionOptions;
  readonly #failures: ReportedError[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** What failed, in order. */
  get failures(): readonly ReportedError[] {
    return this.#failures;
  }

  /** Whether sizes are small. */
  get quick(): boolean {
    return this.#options.quick;
  }

  /** Whether peers are measured. */
  get hasPeer(): boolean {
    return this.#options.python !== undefined;
  }

  /** The request that topics change. */
  get request(): WorkRequest {
    return this.#options.request;
  }

  /** Keeps an error for the end, and says it. */
  fail(error: ReportedError): void {
    this.#failures.push(error);
    this.#options.write(`error: ${error.message}\n`);
  }

  /** Keeps an error where the two sides count differently. */
  expectSame(what: string, ours: number, theirs: number): void {
    if (ours === theirs) return;
    this.fail(
      new IntegrityError(`counting ${what}: ours ${ours}, Python's ${theirs}; expected the same`),
    );
  }

  /** Runs work of ours. */
  async ours<More>(
    name: string,
    work: Work<More>,
    changes: Partial<WorkRequest> = {},
  ): Promise<WorkResult<More>> {
    return await this.#tell(name, () => runWork(work, { ...this.request, ...changes }));
  }

  /** Runs a peer's work; undefined without a peer, or where it fails. */
  async theirs<More>(
    name: string,
    work: PeerWork,
    changes: Partial<WorkRequest> = {},
  ): Promise<WorkResult<More> | undefined> {
    const { python } = this.#options;
    if (!python) return undefined;
    const request = { ...this.request, ...changes };
    return await this.attempt(() => this.#tell(name, () => runPeer(work, request, python)));
  }

  /** What `work` gives; undefined where it fails, which is kept for the end. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#options.interrupt.aborted || !(error instanceof ReportedError)) throw error;
      this.fail(error);
      return undefined;
    }
  }

  /** Ours, theirs, ours, theirs, … A peer that fails is not asked again. */
  async pair<Ours = unknown, Theirs extends PeerMore = PeerMore>(
    { name, ours, theirs, changes = {} }: PairRequest<Ours>,
  ): Promise<Pair<Ours, Theirs>> {
    const pair = { ours: [] as WorkResult<Ours>[], theirs: [] as WorkResult<Theirs>[] };
    const { repeats } = this.#options;
    for (let i = 0; i < repeats; i++) {
      const which = `${i + 1}/${repeats}`;
      pair.ours.push(await this.ours(`${name}, ours ${which}`, ours, changes));
      if (pair.theirs.length < i) continue;
      const known = { ...changes, choice: pair.theirs[0]?.more.choice };
      const result = await this.theirs<Theirs>(`${name}, Python ${which}`, theirs, known);
      if (result) pair.theirs.push(result);
    }
    return pair;
  }

  async #tell<More>(
    name: string,
    run: () => Promise<WorkResult<More>>,
  ): Promise<WorkResult<More>> {
    this.#options.interrupt.throwIfAborted();
    this.#options.write(`measuring ${name}… `);
    const start = performance.now();
    try {
      const result = await run();
      const { seconds, peak } = result;
      const took = seconds.length > 0 ? `${formatCell(median(seconds), "seconds")}, ` : "";
      const all = ((performance.now() - start) / 1000).toFixed(0);
      this.#options.write(`${took}${formatCell(peak, "bytes")} (${all} s in all)\n`);
      return result;
    } catch (error) {
      this.#options.write("failed\n");
      throw error;
    }
  }
}
