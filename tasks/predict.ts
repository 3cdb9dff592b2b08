/**
 * `deno task predict`: notes → their codes, with the words behind each code.
 *
 * @module
 */
import type { Method } from "../model/attribution/methods.ts";
import type { EngineName } from "../model/engine/engine.ts";
import { createPredictor } from "../model/run/predict.ts";
import { openRun } from "../model/run/run.ts";
import { restoreModel } from "../model/run/restore.ts";
import type { Task } from "../pipeline/schema.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import {
  engineOption,
  methodOption,
  runOption,
  taskOption,
  thresholdOption,
} from "./cli/options.ts";
import { print, say } from "./cli/print.ts";
import { readNotes } from "./cli/read_notes.ts";
import { standInNote } from "./cli/stand_in.ts";
import { naturalNumber } from "./cli/values.ts";
import { restrictedNote } from "./report/restricted.ts";
import { formatPrediction, predictionWarnings } from "./report/prediction.ts";

interface Flags {
  readonly run: string;
  readonly jsonl?: true;
  readonly json?: true;
  readonly top: number;
  readonly words: number;
  readonly by?: Method;
  readonly threshold?: number;
  readonly task?: Task;
  readonly engine: EngineName;
}

const command = createCommand("predict", "Codes notes with a trained run.")
  .argument("[file]", "text of one note; - for standard input", "-")
  .addOption(runOption())
  .option("--jsonl", 'the input has a note a line: {"id": …, "text": …}')
  .option("--json", "print a line of JSON for each note")
  .option("--top <number>", "list so many codes, and all above the threshold", naturalNumber, 10)
  .option("--words <number>", "list so many words for each code", naturalNumber, 5)
  .addOption(methodOption())
  .addOption(thresholdOption("assign codes above it (default: tuned on dev)"))
  .addOption(taskOption("--task <labels>", "label set (default: the run's target)"))
  .addOption(engineOption())
  .action(predict);

if (import.meta.main) await runCommand(command, Deno.args);

async function predict(file: string, flags: Flags): Promise<void> {
  const run = await openRun(flags.run);
  sayWhatIsUnchecked(run);
  const { restricted } = run.dataset;
  if (restricted) say(restrictedNote(run.dataset));
  await openEngine(flags.engine);
  const { top, words, threshold, task, by: method } = flags;
  const restored = await restoreModel(run, "best");
  if (restored.standIn) say(standInNote(run.config.monitor));
  const predictor = createPredictor(run, restored, { top, words, threshold, task, method });
  for await (const notes of readNotes(file, { jsonl: flags.jsonl ?? false })) {
    for (const prediction of await predictor.predict(notes)) {
      for (const warning of predictionWarnings(prediction)) say(warning);
      const marked = restricted ? { ...prediction, restricted } : prediction;
      print(flags.json ? JSON.stringify(marked) : formatPrediction(prediction));
    }
  }
}
