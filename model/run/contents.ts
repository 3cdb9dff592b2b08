/**
 * What a run's directory holds, by name: what may be replaced with it, and nothing else.
 *
 * @module
 */
import { sep } from "node:path";
import { findForeign, refuseToReplace } from "../../pipeline/files/foreign.ts";
import { writtenPath } from "../../pipeline/files/write.ts";
import { SPLITS } from "../../pipeline/schema.ts";
import { CALIBRATION_FILE } from "./calibration_file.ts";
import { CHECKPOINTS } from "./checkpoint.ts";
import { EVALUATION_LOCK_FILE, LOCK_FILE } from "./lock.ts";
import { LOG_FILE } from "./log.ts";
import { METRICS_FILE } from "./metrics_file.ts";
import { PREDICTIONS, predictionsFile, scoresFile } from "./predictions.ts";
import { PROFILE_FILE } from "./profile_file.ts";
import { KEPT_FILES, RECORD_FILE } from "./record.ts";
import { EVENTS_START } from "./tensorboard.ts";

const PATHS = new Set([
  LOCK_FILE,
  EVALUATION_LOCK_FILE,
  RECORD_FILE,
  LOG_FILE,
  METRICS_FILE,
  PROFILE_FILE,
  "report.md",
  "report.html",
  "evidence.md",
  "evidence.json",
  "README.md",
  CALIBRATION_FILE,
  "labels",
  ...KEPT_FILES,
  ...CHECKPOINTS.map((name) => `${name}.safetensors`),
  PREDICTIONS,
  ...SPLITS.flatMap((split) => [predictionsFile(split), scoresFile(split)]),
]);
/** In a run: what an evaluation of evidence needs while it reads notes, and a killed one leaves. */
export const EVIDENCE_SCRATCH = ".evidence.making";

/** Path of something in a run's directory that neither training nor evaluating wrote; undefined without. */
export async function findForeignToRun(directory: string): Promise<string | undefined> {
  return await findForeign(directory, { isOurs, refuse: refuseToReplace(directory) });
}

function isOurs(path: string): boolean {
  const written = writtenPath(path);
  return PATHS.has(written) || written.startsWith(EVENTS_START) ||
    path.split(sep)[0] === EVIDENCE_SCRATCH;
}
