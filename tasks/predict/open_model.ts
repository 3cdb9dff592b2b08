/**
 * A trained run, opened to code notes: its best weights, and what is to be known of them.
 *
 * @module
 */
import type { Engine, EngineName } from "../../model/engine/engine.ts";
import { type CalibrationRecord, learnedOf } from "../../model/run/calibration_file.ts";
import { type RestoredModel, restoreModel } from "../../model/run/restore.ts";
import { openRun, type Run } from "../../model/run/run.ts";
import { sayWhatIsUnchecked } from "../cli/earlier_run.ts";
import { openEngine } from "../cli/engine.ts";
import { insist, say } from "../cli/print.ts";
import { weightWarnings } from "../cli/stand_in.ts";
import { restrictedNote } from "../report/restricted.ts";

/** A run at work. */
export interface OpenedModel {
  readonly run: Run;
  readonly engine: Engine;
  readonly restored: RestoredModel;
  /** What an evaluation has taught of the scores of these weights. */
  readonly learned: CalibrationRecord["tasks"];
}

/**
 * Opens a run, and says what a reader of its codes has to know: that it is restricted, what could not be
 * checked, and why its probabilities may be off.
 *
 * @throws {UsageError} where `directory` is no run, or has no trained weights.
 * @throws {IntegrityError} where something in it is not as it was written.
 * @throws {ResourceError} where no engine can be had.
 */
export async function openModel(directory: string, engineName: EngineName): Promise<OpenedModel> {
  const run = await openRun(directory);
  sayWhatIsUnchecked(run);
  if (run.dataset.restricted) say(restrictedNote(run.dataset));
  const engine = await openEngine(engineName);
  const restored = await restoreModel(run, "best");
  const { tasks: learned, isOutdated } = await learnedOf(directory, restored.sha256);
  for (const warning of weightWarnings(run, restored, isOutdated)) insist(warning);
  return { run, engine, restored, learned };
}
