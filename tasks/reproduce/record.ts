/**
 * `table-1.json`, `figure-8.json`, …: a reproduced table or figure for programs.
 *
 * @module
 */
import * as v from "valibot";
import { IntegrityError } from "../../pipeline/errors.ts";
import { describeFault } from "../../pipeline/files/json_fault.ts";
import { type Protocol, PROTOCOLS } from "../experiment/experiment.ts";
import type { Estimate, SummaryRow } from "../experiment/summary.ts";

/** What the file holds. */
export interface ReproductionRecord {
  /** The experiment's id. */
  readonly experiment: string;
  /** How the baselines of Tables 3 and 4 were trained. */
  readonly protocol?: Protocol | undefined;
  /** Whether the paper's numbers stand beside. */
  readonly comparable: boolean;
  readonly dataset: { readonly directory: string; readonly hash: string };
  readonly preset: string;
  readonly set: readonly string[];
  /** In words. */
  readonly engine: string;
  readonly notes: readonly string[];
  /** Metrics, in the order of the columns. */
  readonly columns: readonly string[];
  readonly rows: readonly SummaryRow[];
  /** Runs that failed: their directory's name, their rows, and why. */
  readonly failed: readonly {
    readonly name: string;
    readonly rows: readonly string[];
    readonly failure: string;
  }[];
}

const VERSION = 1;

const estimate = v.strictObject({
  mean: v.nullable(v.number()),
  deviation: v.nullable(v.number()),
  paper: v.nullable(v.number()),
  difference: v.nullable(v.number()),
});
const row = v.strictObject({
  name: v.string(),
  metrics: v.record(v.string(), v.pipe(estimate, v.transform(withNaN))),
  versusMarn: v.nullable(v.strictObject({
    micro_f1: v.number(),
    precision: v.number(),
    seeds: v.array(v.number()),
  })),
  parameters: v.number(),
  seconds: v.number(),
  runs: v.array(v.strictObject({ seed: v.number(), name: v.string() })),
});
const schema = v.strictObject({
  format: v.literal("marn-reproduction"),
  version: v.literal(VERSION),
  experiment: v.string(),
  protocol: v.exactOptional(v.picklist(PROTOCOLS)),
  comparable: v.boolean(),
  dataset: v.strictObject({ directory: v.string(), hash: v.string() }),
  preset: v.string(),
  set: v.array(v.string()),
  engine: v.string(),
  notes: v.array(v.string()),
  columns: v.array(v.string()),
  rows: v.array(row),
  failed: v.array(v.strictObject({
    name: v.string(),
    rows: v.array(v.string()),
    failure: v.string(),
  })),
});

/** The text of the file. A number that is undefined is null. */
export function formatRecord(record: ReproductionRecord): string {
  const { experiment, protocol, comparable, dataset, preset, set, engine, notes, columns } = record;
  const { rows, failed } = record;
  const file = {
    format: "marn-reproduction",
    version: VERSION,
    experiment,
    protocol,
    comparable,
    dataset,
    preset,
    set,
    engine,
    notes,
    columns,
    rows,
    failed,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * What the text of such a file holds.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it is not as {@linkcode formatRecord} writes it.
 */
export function parseRecord(text: string, where: string): ReproductionRecord {
  try {
    const { format: _format, version: _version, ...record } = v.parse(schema, JSON.parse(text));
    return record;
  } catch (error) {
    throw new IntegrityError(
      `reading ${where}: ${describeFault(error)}; expected a reproduction of format version ` +
        `${VERSION}; reproduce it again`,
    );
  }
}

/** JSON has no NaN: without a mean, what is computed from it is undefined too. */
function withNaN({ mean, deviation, paper, difference }: v.InferOutput<typeof estimate>): Estimate {
  if (mean !== null) return { mean, deviation, paper, difference };
  return { mean: NaN, deviation, paper, difference: paper === null ? null : NaN };
}
