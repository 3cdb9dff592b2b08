/**
 * One run of the benchmark: starts sections, tells what it is at, and gathers what failed.
 *
 * @module
 */
import { ReportedError } from "../../pipeline/errors.ts";
import type { PeerMore, SectionRequest, SectionResult } from "./request.ts";
import { type PeerName, runPeer, runSection } from "./run.ts";
import type { SectionName } from "./section.ts";
import { median } from "./measure.ts";
import { formatValue } from "./print.ts";

/** How a session measures. */
export interface SessionOptions {
  /** Sizes; parts change some of them. */
  readonly request: SectionRequest;
  /** Processes of each side. */
  readonly repeats: number;
  /** Whether sizes are small. */
  readonly quick: boolean;
  /** The peers' Python, if they are asked for. */
  readonly python: string | undefined;
  /** Ends the session before its next process. */
  readonly interrupt: AbortSignal;
  /** Receives what is being done, in pieces of lines. */
  readonly write: (text: string) => void;
}

/** Both sides of one piece of work, one entry a repetition. */
export interface Pair<Ours = unknown, Theirs extends PeerMore = PeerMore> {
  /** Ours. */
  readonly ours: readonly SectionResult<Ours>[];
  /** The peer's; empty without one, or where it failed. */
  readonly theirs: readonly SectionResult<Theirs>[];
}

/** What a pair runs. */
export interface PairRequest {
  /** What progress calls it. */
  readonly name: string;
  /** Our section. */
  readonly ours: SectionName;
  /** The peer's. */
  readonly theirs: PeerName;
  /** Changes to the session's request. */
  readonly changes?: Partial<SectionRequest>;
}

/** Runs sections and remembers failures. */
export class Session {
  readonly #options: SessionOptions;
  readonly #failures: ReportedError[] = [];

  /** A session that has measured nothing. */
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

  /** The request that parts change. */
  get request(): SectionRequest {
    return this.#options.request;
  }

  /** Keeps an error for the end, and says it. */
  fail(error: ReportedError): void {
    this.#failures.push(error);
    this.#options.write(`error: ${error.message}\n`);
  }

  /** Runs one of our sections. */
  async ours<More>(
    name: string,
    section: SectionName,
    changes: Partial<SectionRequest> = {},
  ): Promise<SectionResult<More>> {
    return await this.#tell(name, () => runSection(section, { ...this.request, ...changes }));
  }

  /** Runs one of the peer's sections; undefined without a peer, or where it fails. */
  async theirs<More>(
    name: string,
    section: PeerName,
    changes: Partial<SectionRequest> = {},
  ): Promise<SectionResult<More> | undefined> {
    const { python } = this.#options;
    if (!python) return undefined;
    const request = { ...this.request, ...changes };
    return await this.attempt(() => this.#tell(name, () => runPeer(section, request, python)));
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
    { name, ours, theirs, changes = {} }: PairRequest,
  ): Promise<Pair<Ours, Theirs>> {
    const pair = { ours: [] as SectionResult<Ours>[], theirs: [] as SectionResult<Theirs>[] };
    const { repeats } = this.#options;
    for (let i = 0; i < repeats; i++) {
      const which = `${i + 1}/${repeats}`;
      pair.ours.push(await this.ours<Ours>(`${name}, ours ${which}`, ours, changes));
      if (pair.theirs.length < i) continue;
      const choice = pair.theirs[0]?.more.choice;
      const known = { ...changes, ...(choice ? { choice } : {}) };
      const result = await this.theirs<Theirs>(`${name}, Python ${which}`, theirs, known);
      if (result) pair.theirs.push(result);
    }
    return pair;
  }

  async #tell<More>(
    name: string,
    run: () => Promise<SectionResult<More>>,
  ): Promise<SectionResult<More>> {
    this.#options.interrupt.throwIfAborted();
    this.#options.write(`measuring ${name}… `);
    const start = performance.now();
    try {
      const result = await run();
      const { seconds, peak } = result;
      const took = seconds.length > 0 ? `${formatValue(median(seconds), "seconds")}, ` : "";
      const all = ((performance.now() - start) / 1000).toFixed(0);
      this.#options.write(`${took}${formatValue(peak, "bytes")} (${all} s in all)\n`);
      return result;
    } catch (error) {
      this.#options.write("failed\n");
      throw error;
    }
  }
}
