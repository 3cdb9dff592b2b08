/**
 * `profile.json` of a run directory: what the notes of the dev split are like to the run's weights. It
 * vouches for itself.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { DriftReference } from "../analysis/drift.ts";
import { type ObservedNote, profileNotes, type ProfileRule } from "../analysis/profile.ts";
import { scoreLevels } from "../calibration/levels.ts";
import { applyTemperature, fitTemperature } from "../calibration/temperature.ts";
import { documentScores, type ScoreMatrix } from "../metrics/score_matrix.ts";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { natural } from "../../pipeline/files/field_schemas.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { formatSealed, isSealed } from "../../pipeline/files/sealed.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { type Task, TASKS, UNKNOWN } from "../../pipeline/schema.ts";
import { splitTruth } from "../scoring.ts";
import type { Run } from "./run.ts";

/** Name of the profile in the run directory. */
export const PROFILE_FILE = "profile.json";

/** The format's version. Version 1 has no temperature and, of given codes, no residuals. */
const PROFILE_VERSION = 2;

/** What `profile.json` holds: what later notes are compared with. */
export interface ProfileRecord extends DriftReference {
  /** Digest of the checkpoint that scored the notes. */
  readonly weights: string;
  readonly task: Task;
  /** Labels are assigned above it. */
  readonly threshold: number;
  /**
   * Makes probabilities of scores; 1 leaves them. By it the codes of these notes surprise by 0 on
   * average. One number: they fit it hardly better than new notes will, as they would fit the many of an
   * isotonic function.
   */
  readonly temperature: number;
}

const numbers = v.array(v.number());
const counts = v.array(natural);
const shared = {
  format: v.literal("marn-profile"),
  weights: v.string(),
  task: v.picklist(TASKS),
  threshold: v.number(),
  training: v.strictObject({ notes: natural, counts }),
  sha256: v.string(),
};
const figures = {
  notes: natural,
  tokens: numbers,
  unknown: numbers,
  highest: numbers,
  expected: numbers,
  assigned: counts,
};
const given = { notes: natural, carried: counts, losses: numbers };
const schema = v.variant("version", [
  v.strictObject({
    ...shared,
    version: v.literal(1),
    profile: v.strictObject({ ...figures, given: v.exactOptional(v.strictObject(given)) }),
  }),
  v.strictObject({
    ...shared,
    version: v.literal(PROFILE_VERSION),
    temperature: v.pipe(v.number(), v.gtValue(0)),
    profile: v.strictObject({
      ...figures,
      given: v.exactOptional(v.strictObject({ ...given, surprise: numbers, excess: numbers })),
    }),
  }),
]);

/** What a profile is made from beside documents and scores. */
export interface ProfileContext extends Omit<ProfileRecord, "profile" | "temperature"> {
  /** Tokens of a document that are read. */
  readonly maxTokens: number;
}

/** The profile of documents, their scores [N, L] in the same order. */
export function describeProfile(
  documents: Documents,
  matrix: ScoreMatrix,
  { maxTokens, ...context }: ProfileContext,
): ProfileRecord {
  const notes = Array.from({ length: documents.count }, (_, row): ObservedNote => ({
    tokens: documents.lengths[row]!,
    unknown: unknownShare(documents.tokens(row), maxTokens),
    scores: documentScores(matrix, row),
    labels: documents.labels(context.task, row),
  }));
  const temperature = fitTemperature(scoreLevels(matrix, splitTruth(documents, context.task)));
  const record = { ...context, temperature };
  return { ...record, profile: profileNotes(notes, profileRule(record)) };
}

/** How a profile takes scores: notes that are compared with it are taken alike. */
export function profileRule(
  { threshold, temperature }: Pick<ProfileRecord, "threshold" | "temperature">,
): ProfileRule {
  return { threshold, probability: (score) => applyTemperature(temperature, score) };
}

/** Share of unknown words among the tokens that are read; 0 where there are none. */
export function unknownShare(tokens: Int32Array, maxTokens: number): number {
  const read = tokens.subarray(0, maxTokens);
  const unknown = read.reduce((sum, token) => sum + Number(token === UNKNOWN), 0);
  return read.length === 0 ? 0 : unknown / read.length;
}

/** Writes a run's profile. Throws `ResourceError`. */
export async function writeProfile(directory: string, record: ProfileRecord): Promise<void> {
  const { weights, task, threshold, temperature, training, profile } = record;
  const sealed = {
    format: "marn-profile",
    version: PROFILE_VERSION,
    weights,
    task,
    threshold,
    temperature,
    training,
    profile,
  };
  await writeAtomic(join(directory, PROFILE_FILE), formatSealed(sealed, 0));
}

/**
 * Reads a run's profile.
 *
 * @param weights digest of the checkpoint that it should be of.
 * @throws {UsageError} where the run has none: it was evaluated by an earlier version, or never.
 * @throws {IntegrityError} where it is not as it was written, or of other weights.
 */
export async function readProfile(
  { directory }: Pick<Run, "directory">,
  weights: string,
): Promise<ProfileRecord> {
  const path = join(directory, PROFILE_FILE);
  if (!await exists(path)) {
    throw new UsageError(
      `reading ${path}: it is not there; evaluate the run, with its dev split: ` +
        `deno task evaluate --run ${directory}`,
    );
  }
  const refuse = (found: string) =>
    new IntegrityError(`reading ${path}: ${found}; evaluate the run again`);
  const record = parse(await readText(path, refuse));
  if (!record) throw refuse("it is not as it was written");
  if (record.weights !== weights) throw refuse("it is of other weights than the run's best");
  return record;
}

function parse(text: string): ProfileRecord | undefined {
  try {
    const record = v.parse(schema, parseJson(text));
    const { weights, task, threshold, training, profile } = record;
    const temperature = record.version === 1 ? 1 : record.temperature;
    return isSealed(text)
      ? { weights, task, threshold, temperature, training, profile }
      : undefined;
  } catch {
    return undefined;
  }
}
