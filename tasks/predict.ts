/**
 * `deno task predict`: notes → their codes, with the words behind each code.
 *
 * @module
 */
import { learnedOf } from "../model/run/calibration_file.ts";
import { createPredictor } from "../model/run/predict.ts";
import { openRun } from "../model/run/run.ts";
import { restoreModel } from "../model/run/restore.ts";
import { privateModes } from "../pipeline/files/restricted.ts";
import { requireDistinct } from "../pipeline/files/write.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import { insist, say } from "./cli/print.ts";
import { openBulk } from "./predict/bulk.ts";
import { declarePredictFlags, type PredictFlags } from "./predict/flags.ts";
import { openOutlets } from "./predict/outlets.ts";
import { showPace } from "./predict/pace.ts";
import { readInput } from "./predict/read_input.ts";
import { outdatedNote, standInNote } from "./cli/stand_in.ts";
import { restrictedNote } from "./report/restricted.ts";
import { predictionWarnings } from "./report/prediction.ts";

const command = declarePredictFlags(createCommand("predict", "Codes notes with a trained run."))
  .action(predict);

if (import.meta.main) await runCommand(command, Deno.args);

async function predict(file: string, flags: PredictFlags): Promise<void> {
  const { html, parquet, auditLog, out } = flags;
  await requireDistinct([file, html, parquet, auditLog, out].filter((path) => path !== undefined));
  const run = await openRun(flags.run);
  sayWhatIsUnchecked(run);
  using _modes = privateModes(run.dataset.restricted);
  if (run.dataset.restricted) say(restrictedNote(run.dataset));
  const engine = await openEngine(flags.engine);
  const { top, threshold, task, by: method, calibration } = flags;
  const words = flags.html === undefined ? flags.words : Infinity; // a page lights all of them
  const restored = await restoreModel(run, "best");
  if (restored.standIn) insist(`warning: ${standInNote(run.config.monitor)}`);
  const { tasks: learned, isOutdated } = await learnedOf(flags.run, restored.sha256);
  if (isOutdated) insist(`warning: ${outdatedNote(flags.run)}`);
  const predictor = createPredictor(run, restored, {
    top,
    words,
    threshold,
    task,
    method,
    learned,
    calibration,
  });
  using bulk = await openBulk(file, flags, { restored, engine, learned });
  using meter = showPace(bulk);
  const outlets = await openOutlets(flags, { run, restored, lines: bulk.lines });
  for await (const notes of readInput(file, { ...flags, range: bulk.range })) {
    const predictions = await predictor.predict(notes);
    for (const [at, prediction] of predictions.entries()) {
      for (const warning of predictionWarnings(prediction)) insist(warning);
      for (const outlet of outlets) await outlet.put(notes[at]!, prediction);
    }
    meter.add(notes.length);
  }
  for (const outlet of outlets) await outlet.finish?.();
  meter.end();
}
