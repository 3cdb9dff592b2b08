/**
 * `result.json`: what a finished run came to, kept beside it.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { DocumentCounts } from "../../model/metrics/bootstrap/paired.ts";
import type { Metric } from "../../model/metrics/names.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";

/** What one finished run came to. */
export interface RunResult {
  /** Metrics of the evaluated split, from 0 to 1; NaN where undefined. */
  readonly values: { readonly [metric: string]: number };
  /** What each document adds, at the threshold 0.5. */
  readonly counts: DocumentCounts;
  /** The split that was evaluated. */
  readonly split: "dev" | "test";
  /** Epochs trained. */
  readonly epochs: number;
  /** Trained parameters. */
  readonly parameters: number;
  /** Seconds that its training steps took, in however many sittings. */
  readonly seconds: number;
}

const FILE = "result.json";
const VERSION = 1;

const numbers = v.array(v.number());
/** JSON has no NaN: a metric that is undefined is null. */
const value = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));
const schema = v.strictObject({
  version: v.literal(VERSION),
  values: v.record(v.string(), value),
  counts: v.strictObject({
    hits: numbers,
    assigned: numbers,
    positive: numbers,
    precision: numbers,
  }),
  split: v.picklist(["dev", "test"]),
  epochs: v.number(),
  parameters: v.number(),
  seconds: v.number(),
});

/** The text of a `result.json`. */
export function formatResult(result: RunResult): string {
  const { values, counts, split, epochs, parameters, seconds } = result;
  const record = { version: VERSION, values, counts, split, epochs, parameters, seconds };
  return JSON.stringify(record);
}

/** What the text of a `result.json` holds; undefined where it is not as {@linkcode formatResult} writes it. */
export function parseResult(text: string): RunResult | undefined {
  try {
    const { version: _version, ...result } = v.parse(schema, JSON.parse(text));
    return result;
  } catch {
    return undefined;
  }
}

/** A run's result; undefined when it has none, or one that cannot be read: it is then evaluated anew. */
export async function readResult(directory: string): Promise<RunResult | undefined> {
  const text = await Deno.readTextFile(join(directory, FILE)).catch(() => "");
  return parseResult(text);
}

/** Keeps a run's result; it is there whole or not at all. Throws `ResourceError`. */
export async function writeResult(directory: string, result: RunResult): Promise<void> {
  await writeAtomic(join(directory, FILE), formatResult(result));
}

/** A result's value in percent. */
export function percent({ values }: RunResult, metric: Metric): number {
  return 100 * (values[metric] ?? NaN);
}
