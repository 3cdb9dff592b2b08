/**
 * `profile.json` of a run directory: what the notes of the dev split are like to the run's weights. It
 * vouches for itself.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import type { DriftReference } from "../analysis/drift.ts";
import { type ObservedNote, profileNotes } from "../analysis/profile.ts";
import { documentScores, type ScoreMatrix } from "../metrics/score_matrix.ts";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { natural } from "../../pipeline/files/field_schemas.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { formatSealed, isSealed } from "../../pipeline/files/sealed.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { type Task, TASKS, UNKNOWN } from "../../pipeline/schema.ts";
import type { Run } from "./run.ts";

/** Name of the profile in the run directory. */
export const PROFILE_FILE = "profile.json";

/** What `profile.json` holds: what later notes are compared with. */
export interface ProfileRecord extends DriftReference {
  /** Digest of the checkpoint that scored the notes. */
  readonly weights: string;
  readonly task: Task;
  /** Labels are assigned above it. */
  readonly threshold: number;
}

const numbers = v.array(v.number());
const counts = v.array(natural);
const schema = v.strictObject({
  format: v.literal("marn-profile"),
  version: v.literal(1),
  weights: v.string(),
  task: v.picklist(TASKS),
  threshold: v.number(),
  training: v.strictObject({ notes: natural, counts }),
  profile: v.strictObject({
    notes: natural,
    tokens: numbers,
    unknown: numbers,
    highest: numbers,
    expected: numbers,
    assigned: counts,
    given: v.exactOptional(
      v.strictObject({ notes: natural, carried: counts, losses: numbers }),
    ),
  }),
  sha256: v.string(),
});

/** What a profile is made from beside documents and scores. */
export interface ProfileContext extends Omit<ProfileRecord, "profile"> {
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
  return { ...context, profile: profileNotes(notes, context.threshold) };
}

/** Share of unknown words among the tokens that are read; 0 where there are none. */
export function unknownShare(tokens: Int32Array, maxTokens: number): number {
  const read = tokens.subarray(0, maxTokens);
  const unknown = read.reduce((sum, token) => sum + Number(token === UNKNOWN), 0);
  return read.length === 0 ? 0 : unknown / read.length;
}

/** Writes a run's profile. Throws `ResourceError`. */
export async function writeProfile(directory: string, record: ProfileRecord): Promise<void> {
  const { weights, task, threshold, training, profile } = record;
  const sealed = {
    format: "marn-profile",
    version: 1,
    weights,
    task,
    threshold,
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
    const { format: _format, version: _version, sha256: _sha256, ...record } = v.parse(
      schema,
      parseJson(text),
    );
    return isSealed(text) ? record : undefined;
  } catch {
    return undefined;
  }
}
