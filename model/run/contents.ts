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

/** The model card: what a run was trained on, how it does, what it is not for. Hubs show a file so named. */
export const MODEL_CARD = "README.md";

/** Every metric of a run, as text. */
export const REPORT_FILE = "report.md";

/** Every metric of a run, as a page with charts. */
export const REPORT_PAGE = "report.html";

/** What an evaluation of evidence found, for programs. */
export const EVIDENCE_RECORD = "evidence.json";

/** What an evaluation of evidence found, for people. */
export const EVIDENCE_PAGE = "evidence.md";

const PATHS = new Set([
  LOCK_FILE,
  EVALUATION_LOCK_FILE,
  RECORD_FILE,
  LOG_FILE,
  METRICS_FILE,
  PROFILE_FILE,
  MODEL_CARD,
  REPORT_FILE,
  REPORT_PAGE,
  EVIDENCE_RECORD,
  EVIDENCE_PAGE,
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
