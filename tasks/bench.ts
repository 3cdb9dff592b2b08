/**
 * `deno task bench`: how fast this machine trains, predicts, prepares and evaluates, and how that compares
 * with the same work in Python.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "commander";
import { UsageError } from "../pipeline/errors.ts";
import { describeMachine } from "./bench/machine.ts";
import { longParts, type PartName, partNames, parts } from "./bench/parts/index.ts";
import { peerPython } from "./bench/peers.ts";
import { formatReport } from "./bench/print.ts";
import type { SectionRequest } from "./bench/request.ts";
import { joinTables, type ResultTable } from "./bench/results.ts";
import { Session } from "./bench/session.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";

interface Flags {
  readonly only?: readonly PartName[];
  readonly peer?: "python";
  readonly quick?: true;
  readonly repeats: number;
  readonly rows: number;
  readonly markdown?: true;
  readonly json?: true;
}

const command = createCommand("bench", "Measures speed and memory here, by part.")
  .option(
    "--only <parts>",
    `some of ${partNames.join(", ")}, joined by commas, or all ` +
      `(default: all but ${longParts.join(" and ")}, which take long)`,
    readParts,
  )
  .addOption(
    new Option(
      "--peer <language>",
      "do the same work in PyTorch, gensim, pandas and scikit-learn in turn, and check that the " +
        "results are the same; makes a virtual environment unless MARN_PEER_PYTHON names a Python",
    ).choices(["python"]),
  )
  .option("--repeats <number>", "processes of each side, in turn", positive, 3)
  .option("--rows <number>", "rows of NOTEEVENTS that prepare reads", positive, 200_000)
  .option("--quick", "small sizes, to see that it works; the figures mean nothing")
  .addOption(new Option("--markdown", "print Markdown tables").conflicts("json"))
  .option("--json", "print one JSON object: seconds, bytes, operations a second")
  .action(bench);

if (import.meta.main) await runCommand(command, Deno.args);

async function bench(flags: Flags): Promise<void> {
  const { only = partNames.filter((name) => !longParts.includes(name)) } = flags;
  if (flags.only?.length === 1 && only[0] === "check" && !flags.peer) {
    throw new UsageError("reading --only check: expected --peer python beside it");
  }
  const python = flags.peer ? await peerPython() : undefined;
  using interrupts = listenForInterrupts();
  const folder = await Deno.makeTempDir({ prefix: "marn-bench-" });
  const session = new Session({
    request: sizes(flags, folder),
    repeats: flags.repeats,
    quick: flags.quick ?? false,
    python,
    interrupt: interrupts.signal,
    write: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  });
  try {
    const { more: { engine } } = await session.ours<{ engine: string }>("engine", "start");
    const tables = await measure(only, session, interrupts.signal);
    const machine = describeMachine(engine);
    const report = { machine, tables, failures: session.failures.map(({ message }) => message) };
    const style = flags.json ? "json" : flags.markdown ? "markdown" : "aligned";
    console.log(formatReport(report, style));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  if (interrupts.exitCode) Deno.exit(interrupts.exitCode);
  const [first] = session.failures;
  if (first) Deno.exit(first.exitCode);
}

/** Measures part after part; one that fails leaves the others alone. */
async function measure(
  names: readonly PartName[],
  session: Session,
  interrupt: AbortSignal,
): Promise<ResultTable[]> {
  const tables: ResultTable[] = [];
  for (const name of names) {
    if (interrupt.aborted) break;
    const found = await session.attempt(() => parts[name](session)).catch((error) => {
      if (!interrupt.aborted) throw error;
    });
    tables.push(...found ?? []);
  }
  return joinTables(tables);
}

function sizes({ quick, rows }: Flags, folder: string): SectionRequest {
  const labels = { icd: 50, ccs: 38 };
  const workload = quick
    ? { documents: 4, tokens: 60, mixed: false, hidden: 32, labels }
    : { documents: 16, tokens: 1000, mixed: false, hidden: 300, labels };
  return {
    runs: quick ? 1 : 3,
    budget: 90,
    workload,
    folder,
    rows: quick ? 8000 : rows,
    matrix: quick ? { documents: 100, labels: 200 } : { documents: 3372, labels: 8921 },
  };
}

function readParts(text: string): readonly PartName[] {
  if (text === "all") return partNames;
  return text.split(",").map((name) => {
    const part = partNames.find((part) => part === name);
    if (part) return part;
    throw new InvalidArgumentError(`expected some of ${partNames.join(", ")}, or all`);
  });
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a whole number from 1");
}
