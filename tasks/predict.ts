/**
 * `deno task predict`: notes → their codes, with the words that each code attended to.
 *
 * @module
 */
import { startEngine } from "../model/engine/engine.ts";
import { createPredictor, type Prediction } from "../model/run/predict.ts";
import { openRun, restoreModel } from "../model/run/run.ts";
import {
  createCommand,
  naturalNumber,
  Option,
  probability,
  runCommand,
  stripControls,
} from "./cli/command.ts";
import { readNotes } from "./cli/read_notes.ts";
import { showInstall } from "./cli/install_progress.ts";

/** The command line of `deno task predict`, parsed. */
interface PredictLine {
  readonly run: string;
  readonly jsonl?: boolean;
  readonly json?: boolean;
  readonly top: number;
  readonly words: number;
  readonly threshold?: number;
  readonly task?: "icd" | "ccs";
  readonly engine: "auto" | "tensorflow" | "cuda" | "wasm";
}

const command = createCommand("predict", "Codes notes with a trained run.")
  .argument("[file]", "text of one note; - for standard input", "-")
  .requiredOption("--run <directory>", "run directory that deno task train wrote")
  .option("--jsonl", 'the input has a note a line: {"id": …, "text": …}')
  .option("--json", "print a line of JSON for each note")
  .option("--top <number>", "list so many codes, and all above the threshold", naturalNumber, 10)
  .option("--words <number>", "list so many attended words for each code", naturalNumber, 5)
  .option("--threshold <number>", "assign codes above it (default: tuned on dev)", probability)
  .addOption(
    new Option("--task <labels>", "label set (default: the run's target)")
      .choices(["icd", "ccs"]),
  )
  .addOption(
    new Option("--engine <name>", "what computes").default("auto")
      .choices(["auto", "tensorflow", "cuda", "wasm"]),
  )
  .action(run);

if (import.meta.main) await runCommand(command, Deno.args);

async function run(file: string, line: PredictLine): Promise<void> {
  const run = await openRun(line.run);
  await startEngine({ engine: line.engine, progress: showInstall() });
  const { top, words, threshold, task } = line;
  const predictor = createPredictor(run, await restoreModel(run, "best"), {
    ...{ top, words },
    ...(threshold !== undefined && { threshold }),
    ...(task && { task }),
  });
  for await (const notes of readNotes(file, { jsonl: line.jsonl ?? false })) {
    for (const prediction of await predictor.predict(notes)) {
      for (const warning of warnings(prediction)) console.error(warning);
      console.log(line.json ? JSON.stringify(prediction) : formatPrediction(prediction));
    }
  }
}

function warnings({ id, tokens, read, known }: Prediction): string[] {
  const name = stripControls(id);
  return [
    ...(read < tokens
      ? [`warning: ${name} has ${tokens} tokens; the first ${read} were read`]
      : []),
    ...(known === 0 ? [`warning: no token of ${name} is known; its codes say nothing`] : []),
  ];
}

/** A block of text: a head, then a line a code; assigned ones have an asterisk. */
function formatPrediction({ id, tokens, threshold, codes }: Prediction): string {
  const assigned = codes.filter(({ assigned }) => assigned).length;
  const width = codes.reduce((widest, { code }) => Math.max(widest, code.length), 0);
  const lines = codes.map(({ code, title, probability, assigned, words = [] }) => {
    const distinct = [...new Set(words.map(({ word }) => word.toLowerCase()))];
    const attended = distinct.length > 0 ? ` [${distinct.join(", ")}]` : "";
    return `${assigned ? "*" : " "} ${code.padEnd(width)}  ${probability.toFixed(3)}  ` +
      `${title || "(no title)"}${attended}`;
  });
  const head = `${id}: ${tokens} tokens, ${assigned} codes above ${threshold.toPrecision(3)} (*)`;
  return [head, ...lines].map(stripControls).join("\n");
}
