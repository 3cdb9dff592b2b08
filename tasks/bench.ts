/**
 * `deno task bench`: how fast this machine trains, predicts, prepares and evaluates, and how that compares
 * with the same work in Python.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "commander";
import { UsageError } from "../pipeline/errors.ts";
import { runBench } from "./bench/bench.ts";
import { peerPython } from "./bench/peer_python.ts";
import { formatBench } from "./bench/report.ts";
import type { Topic } from "./bench/session.ts";
import { topics } from "./bench/topics.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print } from "./cli/print.ts";
import { positiveNumber } from "./cli/values.ts";

interface Flags {
  readonly only?: readonly Topic[];
  readonly peer?: "python";
  readonly quick?: true;
  readonly repeats: number;
  readonly rows: number;
  readonly markdown?: true;
  readonly json?: true;
}

const names = topics.map(({ name }) => name).join(", ");
const long = topics.filter((topic) => topic.long).map(({ name }) => name).join(" and ");

const command = createCommand("bench", "Measures speed and memory here, by part.")
  .option(
    "--only <parts>",
    `some of ${names}, joined by commas, or all (default: all but ${long}, which take long)`,
    readTopics,
  )
  .addOption(
    new Option(
      "--peer <language>",
      "do the same work in PyTorch, gensim, pandas and scikit-learn in turn, and check that the " +
        "results are the same; makes a virtual environment unless MARN_PEER_PYTHON names a Python",
    ).choices(["python"]),
  )
  .option("--repeats <number>", "processes of each side, in turn", positiveNumber, 3)
  .option("--rows <number>", "rows of NOTEEVENTS that prepare reads", positiveNumber, 200_000)
  .option("--quick", "small sizes, to see that it works; the figures mean nothing")
  .addOption(new Option("--markdown", "print Markdown tables").conflicts("json"))
  .option("--json", "print one JSON object: seconds, bytes, operations a second")
  .action(bench);

if (import.meta.main) await runCommand(command, Deno.args);

async function bench(flags: Flags): Promise<void> {
  const { only = topics.filter((topic) => !topic.long), repeats, rows, quick = false } = flags;
  if (!flags.peer && only.every((topic) => topic.needsPeer)) {
    const asked = only.map(({ name }) => name).join(",");
    throw new UsageError(`reading --only ${asked}: expected --peer python beside it`);
  }
  const python = flags.peer ? await peerPython() : undefined;
  using interrupts = listenForInterrupts();
  const interrupt = interrupts.signal;
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const options = { repeats, rows, quick, python, interrupt, write };
  const { report, exitCode } = await runBench(only, options);
  print(formatBench(report, flags.json ? "json" : flags.markdown ? "markdown" : "aligned"));
  Deno.exitCode = interrupts.exitCode ?? exitCode;
}

function readTopics(text: string): readonly Topic[] {
  if (text === "all") return topics;
  return text.split(",").map((name) => {
    const topic = topics.find((topic) => topic.name === name);
    if (topic) return topic;
    throw new InvalidArgumentError(`expected some of ${names}, or all`);
  });
}
