/**
 * The runs that are served: found anew whenever they are listed, opened when they are first asked for,
 * and opened again where they were trained on since. A few models are kept in memory.
 *
 * @module
 */
import { learnedOf } from "../../model/run/calibration_file.ts";
import { checkpointPath } from "../../model/run/checkpoint.ts";
import { readRecord, recordPath } from "../../model/run/record.ts";
import { type RestoredModel, restoreModel } from "../../model/run/restore.ts";
import { openRun, type Run } from "../../model/run/run.ts";
import { ReportedError, stripControls, UsageError } from "../../pipeline/errors.ts";
import {
  type FileIdentity,
  identify,
  isFile,
  isSameFile,
  openRegular,
} from "../../pipeline/files/read.ts";
import type { Task } from "../../pipeline/schema.ts";
import { systemTitle } from "../report/systems.ts";
import { findRuns } from "../runs/find.ts";
import { RequestRefusal } from "./refusal.ts";

/** A run, as those who choose one see it. */
export interface ShelvedRun {
  /** Its directory, by which it is asked for. */
  readonly run: string;
  /** Null where its record cannot be read. */
  readonly system: string | null;
  /** `full`, `top50`, … */
  readonly labelSet: string | null;
  /** The label set that it predicts by itself. */
  readonly target: Task | null;
  readonly restricted: boolean | null;
  /** Its notes are made up. */
  readonly synthetic: boolean | null;
  /** Why no note can be coded with it; null where one can. */
  readonly problem: string | null;
}

/** A run with its model. The shelf goes on owning both. */
interface KeptRun {
  readonly run: Run;
  readonly restored: RestoredModel;
}

/** That, and what an evaluation has taught of its scores by now. */
export interface LoadedRun extends KeptRun {
  readonly learned: Awaited<ReturnType<typeof learnedOf>>;
}

/** What tells a run from what was there before: the files of its record and of its weights. */
type Stamp = readonly FileIdentity[];

/** A run that was opened. */
interface OpenedRun {
  readonly run: Run;
  readonly stamp: Stamp;
}

/** Models in memory at a time. */
const KEPT = 4;

/** The runs in some folders. */
export class RunShelf {
  readonly #folders: readonly string[];
  /** Directories of all runs that were ever found. */
  readonly #known = new Set<string>();
  readonly #opened = new Map<string, OpenedRun>();
  /** The one that was used last stands last. */
  readonly #loaded = new Map<string, KeptRun>();

  private constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /**
   * The runs in some folders.
   *
   * @param folders runs, or folders that hold some.
   * @throws {UsageError} where one is no folder, or none holds a run that can be used.
   */
  static async open(folders: readonly string[]): Promise<RunShelf> {
    for (const folder of folders) await findRuns(folder);
    const shelf = new RunShelf(folders);
    const listed = await shelf.list();
    if (listed.some(({ problem }) => problem === null)) return shelf;
    const [{ run, problem } = { run: folders.join(", "), problem: "it holds no run" }] = listed;
    throw new UsageError(`serving ${run}: ${problem}; name a run that deno task train wrote`);
  }

  /** The runs that are there now: a folder that has gone since it was named holds none. */
  async list(): Promise<ShelvedRun[]> {
    const found = await Promise.all(
      this.#folders.map((folder) => findRuns(folder).catch(() => [])),
    );
    const directories = [...new Set(found.flat())];
    directories.forEach((directory) => this.#known.add(directory));
    return await Promise.all(directories.map(describeRun));
  }

  /**
   * A run by its directory; the first one that can be used where none is named.
   *
   * @throws {RequestRefusal} 404 where there is none, 410 where it is no longer there.
   * @throws {IntegrityError} where it is damaged.
   */
  async open(directory?: string): Promise<Run> {
    const name = directory ?? await this.#first();
    const stamp = await this.#stampOf(name);
    const opened = this.#opened.get(name);
    if (opened && isSameStamp(opened.stamp, stamp)) return opened.run;
    const run = await openRun(name);
    this.#opened.set(name, { run, stamp });
    return run;
  }

  /** A run with its model; by one caller at a time. Throws as {@linkcode RunShelf.open}. */
  async load(directory?: string): Promise<LoadedRun> {
    const run = await this.open(directory);
    const name = run.directory;
    const before = this.#loaded.get(name);
    const kept = before?.run === run ? before : { run, restored: await restoreModel(run, "best") };
    this.#loaded.delete(name);
    this.#loaded.set(name, kept);
    if (before && before !== kept) disposeModel(before);
    const [oldest] = this.#loaded.keys();
    if (this.#loaded.size > KEPT) this.#forget(oldest!);
    return { ...kept, learned: await learnedOf(name, kept.restored.sha256) };
  }

  /** Lets go of all models. */
  dispose(): void {
    [...this.#loaded.keys()].forEach((name) => this.#forget(name));
  }

  #forget(name: string): void {
    disposeModel(this.#loaded.get(name)!);
    this.#loaded.delete(name);
  }

  async #first(): Promise<string> {
    const found = (await this.list()).find(({ problem }) => problem === null);
    if (found) return found.run;
    throw new RequestRefusal(404, "no run that can be used is served; train one");
  }

  async #stampOf(name: string): Promise<Stamp> {
    if (!this.#known.has(name)) await this.list();
    if (!this.#known.has(name)) {
      throw new RequestRefusal(404, `run ${shownRun(name)} is not served; /api/runs lists those`);
    }
    const files = [recordPath(name), checkpointPath(name, "best")];
    const here = await Promise.all(files.map(isFile));
    if (here.includes(false)) {
      throw new RequestRefusal(410, `run ${shownRun(name)} is no longer there`);
    }
    return await Promise.all(files.map(identityOf));
  }
}

/** A name that came with a request may be anything. */
function shownRun(name: string): string {
  return stripControls(name).slice(0, 100);
}

async function identityOf(path: string): Promise<FileIdentity> {
  using file = await openRegular(path, (found) => new RequestRefusal(410, `${path}: ${found}`));
  return identify(file);
}

function isSameStamp(a: Stamp, b: Stamp): boolean {
  return a.every((identity, at) => isSameFile(identity, b[at]!));
}

function disposeModel({ restored }: KeptRun): void {
  restored.model.weights.dispose();
}

/** What is known of a run whose record cannot be read. */
const UNREAD = {
  system: null,
  labelSet: null,
  target: null,
  restricted: null,
  synthetic: null,
} as const;

async function describeRun(directory: string): Promise<ShelvedRun> {
  try {
    const { config, dataset: { labelSet, restricted, synthetic } } = await readRecord(directory);
    const isTrained = await isFile(checkpointPath(directory, "best"));
    const problem = isTrained ? null : "it has no trained weights yet";
    const { target } = config;
    return {
      run: directory,
      system: systemTitle(config),
      labelSet,
      target,
      restricted,
      synthetic,
      problem,
    };
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return { run: directory, ...UNREAD, problem: error.message };
  }
}
