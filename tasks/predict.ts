/**
 * `deno task predict`: notes → their codes, with the words behind each code.
 *
 * @module
 */
import { createPredictor } from "../model/run/predict.ts";
import { privateModes } from "../pipeline/files/restricted.ts";
import { requireDistinct, requireOutside } from "../pipeline/files/output_places.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { insist } from "./cli/print.ts";
import { openBulk } from "./predict/bulk.ts";
import { declarePredictFlags, type PredictFlags } from "./predict/flags.ts";
import { openModel } from "./predict/open_model.ts";
import { openOutlets } from "./predict/outlets.ts";
import { NoteWarnings } from "./predict/note_warnings.ts";
import { showPace } from "./predict/pace.ts";
import { readInput } from "./predict/read_input.ts";

const command = declarePredictFlags(createCommand("predict", "Codes notes with a trained run."))
  .action(predict);

if (import.meta.main) await runCommand(command, Deno.args);

async function predict(file: string, flags: PredictFlags): Promise<void> {
  const { html, parquet, auditLog, out } = flags;
  const written = [html, parquet, auditLog, out].filter((path) => path !== undefined);
  await requireDistinct([file, ...written]);
  await requireOutside(flags.run, written);
  const { run, engine, restored, learned } = await openModel(flags.run, flags.engine);
  using _modes = privateModes(run.dataset.restricted);
  const { top, threshold, task, by: method, calibration } = flags;
  const words = flags.html === undefined ? flags.words : Infinity; // a page lights all of them
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
  const warnings = new NoteWarnings(insist);
  const outlets = await openOutlets(flags, { run, restored, lines: bulk.lines });
  for await (const notes of readInput(file, { ...flags, range: bulk.range })) {
    const predictions = await predictor.predict(notes);
    for (const [at, prediction] of predictions.entries()) {
      warnings.hear(prediction);
      for (const outlet of outlets) await outlet.put(notes[at]!, prediction);
    }
    meter.add(notes.length);
  }
  for (const outlet of outlets) await outlet.finish?.();
  warnings.end();
  meter.end();
}
