/**
 * `result.json`: what a finished run came to, kept beside it.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { DocumentCounts } from "../../model/metrics/bootstrap/paired.ts";
import type { Metric } from "../../model/metrics/names.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { formatSealed, isSealed } from "../../pipeline/files/sealed.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { type PerTask, TASKS } from "../../pipeline/schema.ts";

/** What a run came to for one label set. */
export interface TaskResult {
  /** Metrics of the evaluated split, from 0 to 1; NaN where undefined. */
  readonly values: { readonly [metric: string]: number };
  /** What each document adds, at the threshold 0.5. */
  readonly counts: DocumentCounts;
}

/** What one finished run came to. */
export interface RunResult {
  /** Of the label sets that it predicts. */
  readonly tasks: Partial<PerTask<TaskResult>>;
  /** The split that was evaluated. */
  readonly split: "dev" | "test";
  /** Epochs trained. */
  readonly epochs: number;
  /** Trained parameters. */
  readonly parameters: number;
  /** Seconds that its training steps took, in however many sittings. */
  readonly seconds: number;
  /** Best score on dev of what early stopping watches, null where none was defined; earlier versions keep none. */
  readonly best?: number | null | undefined;
  /** What evaluated it, in words; earlier versions keep none. */
  readonly engine?: string | undefined;
}

const FILE = "result.json";
/** Earlier versions do not vouch for themselves; a run with such a result is evaluated anew. */
const VERSION = 3;

const numbers = v.array(v.number());
/** JSON has no NaN: a metric that is undefined is null. */
const value = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));
const taskResult = v.strictObject({
  values: v.record(v.string(), value),
  counts: v.strictObject({
    hits: numbers,
    assigned: numbers,
    positive: numbers,
    precision: numbers,
  }),
});
const schema = v.strictObject({
  version: v.literal(VERSION),
  tasks: v.strictObject(v.entriesFromList(TASKS, v.exactOptional(taskResult))),
  split: v.picklist(["dev", "test"]),
  epochs: v.number(),
  parameters: v.number(),
  seconds: v.number(),
  best: v.exactOptional(v.nullable(v.number())),
  engine: v.exactOptional(v.string()),
  sha256: v.string(),
});

/** The text of a `result.json`. */
export function formatResult(result: RunResult): string {
  const { tasks, split, epochs, parameters, seconds, best, engine } = result;
  const version = VERSION;
  return formatSealed({ version, tasks, split, epochs, parameters, seconds, best, engine }, 0);
}

/** What the text of a `result.json` holds; undefined where it is not as {@linkcode formatResult} writes it. */
export function parseResult(text: string): RunResult | undefined {
  try {
    if (!isSealed(text)) return undefined;
    const { version: _version, sha256: _sha256, ...result } = v.parse(schema, parseJson(text));
    return result;
  } catch {
    return undefined;
  }
}

/** A run's result; undefined when it has none, or one that cannot be read: it is then evaluated anew. */
export async function readResult(directory: string): Promise<RunResult | undefined> {
  const path = join(directory, FILE);
  if (!await exists(path)) return undefined;
  return parseResult(
    await readText(path, (found) => new UsageError(`reading ${path}: ${found}; move it away`)),
  );
}

/** Keeps a run's result; it is there whole or not at all. Throws `ResourceError`. */
export async function writeResult(directory: string, result: RunResult): Promise<void> {
  await writeAtomic(join(directory, FILE), formatResult(result));
}

/** A metric in percent; NaN where it is undefined. */
export function percent({ values }: TaskResult, metric: Metric): number {
  return 100 * (values[metric] ?? NaN);
}
