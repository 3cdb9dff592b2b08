/**
 * What a finished run came to, kept beside it as `result.json`.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Metric } from "../../model/metrics/names.ts";
import type { DocumentCounts } from "../../model/metrics/bootstrap/paired.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";

/** What one finished run came to. */
export interface RunResult {
  /** Metrics of the evaluated split, from 0 to 1; NaN where undefined. */
  readonly values: { readonly [metric: string]: number };
  /** What each document adds, at the threshold 0.5. */
  readonly counts: DocumentCounts;
  /** The split that was evaluated. */
  readonly split: "dev" | "test";
  /** Trained parameters. */
  readonly parameters: number;
  /** Epochs trained. */
  readonly epochs: number;
  /** Seconds that its training steps took, in however many sittings. */
  readonly seconds: number;
}

const FILE = "result.json";
const numbers = v.array(v.number());
const schema = v.strictObject({
  version: v.literal(1),
  values: v.record(v.string(), v.nullable(v.number())),
  counts: v.strictObject({
    hits: numbers,
    assigned: numbers,
    positive: numbers,
    precision: numbers,
  }),
  split: v.picklist(["dev", "test"]),
  parameters: v.number(),
  epochs: v.number(),
  seconds: v.number(),
});

/** A run's result; undefined when it has none, or one that cannot be read. */
export async function readResult(directory: string): Promise<RunResult | undefined> {
  try {
    const text = await Deno.readTextFile(join(directory, FILE));
    const { version: _version, ...stored } = v.parse(schema, JSON.parse(text));
    const values = Object.entries(stored.values).map(([metric, value]) => [metric, value ?? NaN]);
    return { ...stored, values: Object.fromEntries(values) };
  } catch {
    return undefined;
  }
}

/** Keeps a run's result; it is there whole or not at all. */
export async function writeResult(directory: string, result: RunResult): Promise<void> {
  await writeAtomic(join(directory, FILE), JSON.stringify({ version: 1, ...result }));
}

/** A result's value in percent. */
export function percent({ values }: RunResult, metric: Metric): number {
  return 100 * (values[metric] ?? NaN);
}
