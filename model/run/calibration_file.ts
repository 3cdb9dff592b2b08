/**
 * `calibration.json` of a run directory: what its dev split taught of its scores, and above which score
 * codes may be accepted unseen. It belongs to the weights that gave the scores, which it names, and
 * vouches for itself. A run that was never evaluated has none.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { IntegrityError } from "../../pipeline/errors.ts";
import { type FileDigest, writeDigested } from "../../pipeline/files/checksum.ts";
import { digest, fraction } from "../../pipeline/files/field_schemas.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { describeFault } from "../../pipeline/files/json_fault.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { formatSealed, isSealed } from "../../pipeline/files/sealed.ts";
import { type PerTask, TASKS } from "../../pipeline/schema.ts";
import { type Calibration, CALIBRATION_METHODS } from "../calibration/calibration.ts";
import type { PrecisionPromise } from "../calibration/selective.ts";

/** Name of the calibration in the run directory. */
export const CALIBRATION_FILE = "calibration.json";

/** Codes that may be accepted unseen. */
export interface AcceptanceRule extends PrecisionPromise {
  /** Codes with a score above it are; null where nothing can be promised. */
  readonly threshold: number | null;
}

/** What a run knows of a label set's scores. */
export interface TaskCalibration {
  /** Absent where dev taught nothing. */
  readonly calibration?: Calibration | undefined;
  /** Absent where no promise was asked for. */
  readonly acceptance?: AcceptanceRule | undefined;
}

/** What `calibration.json` holds. */
export interface CalibrationRecord {
  /** Digest of the checkpoint that gave the scores. */
  readonly weights: string;
  readonly tasks: Partial<PerTask<TaskCalibration>>;
}

const knots = v.pipe(v.array(fraction), v.minLength(1));
const isotonic = v.pipe(
  v.strictObject({ scores: knots, probabilities: knots }),
  v.check(
    ({ scores, probabilities }) =>
      scores.length === probabilities.length && rises(scores) && rises(probabilities),
    "its knots do not rise",
  ),
);
const taskSchema = v.strictObject({
  calibration: v.exactOptional(v.strictObject({
    temperature: v.pipe(v.number(), v.gtValue(0)),
    isotonic,
    use: v.picklist(CALIBRATION_METHODS),
  })),
  acceptance: v.exactOptional(v.strictObject({
    precision: fraction,
    confidence: fraction,
    threshold: v.nullable(fraction),
  })),
});
const schema = v.strictObject({
  format: v.literal("marn-calibration"),
  version: v.literal(1),
  weights: digest,
  tasks: v.strictObject(v.entriesFromList(TASKS, v.exactOptional(taskSchema))),
  sha256: digest,
});

/** Writes a run's `calibration.json`. Throws `ResourceError`. */
export function writeCalibration(run: string, record: CalibrationRecord): Promise<FileDigest> {
  const { weights, tasks } = record;
  const text = formatSealed({ format: "marn-calibration", version: 1, weights, tasks });
  return writeDigested(run, CALIBRATION_FILE, text);
}

/**
 * Reads a run's `calibration.json`; undefined where there is none. Whether it is of the weights in use,
 * its reader asks.
 *
 * @throws {IntegrityError} where it is not as it was written.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function readCalibration(run: string): Promise<CalibrationRecord | undefined> {
  const path = join(run, CALIBRATION_FILE);
  if (!await exists(path)) return undefined;
  const refuse = (found: string) =>
    new IntegrityError(`reading ${path}: ${found}; evaluate the run again, or remove the file`);
  const text = await readText(path, refuse);
  try {
    const { weights, tasks } = v.parse(schema, parseJson(text));
    if (!isSealed(text)) throw new Error("it was edited after it was written");
    return { weights, tasks };
  } catch (error) {
    throw refuse(describeFault(error));
  }
}

/**
 * What a run knows of the scores of its weights. What an earlier evaluation learned of other weights
 * says nothing of them: then the second answer is true.
 */
export async function learnedOf(
  run: string,
  weights: string,
): Promise<{ readonly tasks: CalibrationRecord["tasks"]; readonly isOutdated: boolean }> {
  const record = await readCalibration(run);
  const isOutdated = record !== undefined && record.weights !== weights;
  return { tasks: isOutdated ? {} : record?.tasks ?? {}, isOutdated };
}

function rises(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || value >= values[at - 1]!);
}
