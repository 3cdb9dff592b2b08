/**
 * `deno task bench`: how fast this machine trains, predicts, prepares and evaluates, and how that compares
 * with the same work in Python.
 *
 * @module
 */
import { createCommand, integer, Option, runCommand } from "./command.ts";
import { median } from "./bench/measure.ts";
import type { PartTime } from "./bench/marn_step.ts";
import { peerPython } from "./bench/peers.ts";
import { type Pair, runPair, runPeer, runSection } from "./bench/run.ts";
import type { SectionRequest, SectionResult } from "./bench/section.ts";
import { operationsPerToken, type Workload } from "./bench/workload.ts";
import { UsageError } from "../pipeline/errors.ts";
import type { StageTime } from "./stages.ts";

const PARTS = [
  ...["start", "step", "mixed", "full", "inference", "linear"] as const,
  ...["prepare", "word2vec", "metrics"] as const,
] as const;
type Part = typeof PARTS[number];

interface Flags {
  readonly only?: string;
  readonly peer?: "python";
  readonly quick?: true;
  readonly repeats: number;
  readonly rows: number;
  readonly json?: true;
}

/** One line of the result. */
interface Line {
  readonly part: string;
  readonly ours: string;
  readonly theirs?: string;
  /** Theirs over ours, pair by pair: least, median, greatest. */
  readonly ratio?: readonly [number, number, number];
  readonly note?: string;
}

const command = createCommand("bench", "Measures speed and memory here, by part.")
  .option("--only <parts>", `some of ${PARTS.join(", ")}, joined by commas`)
  .addOption(
    new Option("--peer <language>", "do the same work in PyTorch, gensim and scikit-learn in turn")
      .choices(["python"]),
  )
  .option("--repeats <number>", "processes of each side, in turn", integer, 3)
  .option("--rows <number>", "rows of NOTEEVENTS that prepare reads", integer, 200_000)
  .option("--quick", "small sizes, to see that it works; the figures mean nothing")
  .option("--json", "print one JSON object instead of tables")
  .action(bench);

if (import.meta.main) await runCommand(command, Deno.args);

async function bench(flags: Flags): Promise<void> {
  const parts = chooseParts(flags.only);
  const python = flags.peer ? await peerPython() : undefined;
  const folder = await Deno.makeTempDir({ prefix: "marn-bench-" });
  const session: Session = { flags, python, base: baseRequest(flags, folder) };
  const lines: Line[] = [];
  try {
    for (const part of parts) {
      for (const line of await measurePart(part, session)) {
        lines.push(line);
        if (!flags.json) console.log(formatLine(line));
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  if (flags.json) console.log(JSON.stringify({ lines }, null, 2));
}

interface Session {
  readonly flags: Flags;
  readonly python: string | undefined;
  readonly base: SectionRequest;
}

function chooseParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS;
  return only.split(",").map((name) => {
    const part = PARTS.find((part) => part === name);
    if (part) return part;
    throw new UsageError(`reading --only ${name}: expected some of ${PARTS.join(", ")}`);
  });
}

function baseRequest({ quick, rows }: Flags, folder: string): SectionRequest {
  const workload: Workload = quick
    ? { documents: 4, tokens: 60, mixed: false, hidden: 32, labels: { icd: 50, ccs: 38 } }
    : { documents: 16, tokens: 1000, mixed: false, hidden: 300, labels: { icd: 50, ccs: 38 } };
  return {
    section: "step",
    runs: quick ? 1 : 3,
    workload,
    folder,
    rows: quick ? 8000 : rows,
    matrix: quick ? { documents: 100, labels: 200 } : { documents: 3372, labels: 8921 },
  };
}

async function measurePart(part: Part, session: Session): Promise<Line[]> {
  const { base } = session, { workload } = base;
  switch (part) {
    case "start": {
      const result = await runSection({ ...base, section: "start" });
      return [{ part: "engine start", ours: formatSeconds(result.seconds[0]!) }];
    }
    case "step":
      return [await checkPeers(session), ...await measureStep("step", workload, session)];
    case "mixed":
      return await measureModel("step, mixed lengths", { ...workload, mixed: true }, session);
    case "full": {
      const labels = session.flags.quick ? { icd: 400, ccs: 60 } : { icd: 8921, ccs: 295 };
      return await measureModel("step, full labels", { ...workload, labels }, session);
    }
    case "inference":
      return await measureModel("inference", workload, session, "inference");
    case "linear":
      return await measureLinear(session);
    case "prepare":
      return await measurePrepare(session);
    case "word2vec":
      return await measureSide("word2vec", { ...base, section: "word2vec" }, session);
    case "metrics":
      return await measureMetrics(session);
  }
}

/** The peer computes the same: loss and logits from our weights and batch. */
async function checkPeers({ python, base }: Session): Promise<Line> {
  if (!python) return { part: "same result as the peer", ours: "no peer asked for" };
  const workload = { ...base.workload, documents: 4, tokens: 50, mixed: true };
  await runSection({ ...base, section: "check", workload });
  const { more } = await runPeer({ ...base, section: "check", workload }, python);
  const { logits_off, loss_off } = more as { logits_off: number; loss_off: number };
  return {
    part: "same result as the peer",
    ours: logits_off < 1e-3 && loss_off < 1e-3 ? "yes" : "NO",
    note: `logits differ by ${logits_off.toExponential(1)} of the largest, ` +
      `the loss by ${loss_off.toExponential(1)}`,
  };
}

async function measureStep(name: string, workload: Workload, session: Session): Promise<Line[]> {
  const { more } = await runSection({ ...session.base, section: "parts", workload });
  const { parts, matmul } = more as { parts: PartTime[]; matmul: number };
  const lines = await measureModel(name, workload, session, "step", matmul);
  return [
    ...lines,
    ...parts.map(({ part, forward, backward }) => ({
      part: `  ${part}`,
      ours: `${formatSeconds(forward)} forward, ${formatSeconds(backward)} backward`,
    })),
  ];
}

async function measureModel(
  name: string,
  workload: Workload,
  session: Session,
  section: "step" | "inference" = "step",
  matmul?: number,
): Promise<Line[]> {
  const request = { ...session.base, section, workload };
  const { python, flags } = session;
  const pair = await runPair(request, flags.repeats, python);
  const [line] = describePair(name, pair);
  const seconds = bestSeconds(pair.ours), tokens = tokensOf(workload);
  const passes = section === "step" ? 3 : 1;
  const rate = passes * operationsPerToken(workload) * tokens / seconds;
  const share = matmul ? `, ${(100 * rate / matmul).toFixed(0)}% of the largest matmul rate` : "";
  const peer = python && section === "step" && name === "step"
    ? [
      describePair("step, PyTorch in bfloat16 (for information)", {
        ours: pair.ours,
        theirs: [await runPeer({ ...request, section: "bfloat16" }, python)],
      })[0]!,
    ]
    : [];
  return [{
    ...line!,
    note:
      `${(tokens / seconds).toFixed(0)} tokens/s, ${(rate / 1e9).toFixed(0)} GFLOP/s${share}; ` +
      line!.note,
  }, ...peer];
}

async function measureLinear(session: Session): Promise<Line[]> {
  const lines: Line[] = [];
  const sizes = session.flags.quick ? [20, 40] : [500, 1000, 2000, 4000];
  for (const tokens of sizes) {
    const workload = { ...session.base.workload, tokens, documents: 4 };
    const result = await runSection({ ...session.base, section: "step", workload });
    const seconds = median(result.seconds);
    lines.push({
      part: `step, 4 × ${tokens} tokens`,
      ours: formatSeconds(seconds),
      note: `${(1e6 * seconds / tokensOf(workload)).toFixed(1)} µs a token, ${
        formatMemory(result)
      }`,
    });
  }
  return lines;
}

async function measurePrepare(session: Session): Promise<Line[]> {
  const { base, flags, python } = session;
  const made = await runSection({ ...base, section: "fixture" });
  const { noteBytes } = made.more as { noteBytes: number };
  const pair = await runPair({ ...base, section: "prepare" }, flags.repeats, python);
  const stagesOf = ({ more }: SectionResult) => (more as { stages: StageTime[] }).stages;
  const isVectors = ({ stage }: StageTime) => stage === "word vectors";
  const without = pair.ours.map((result) => ({
    ...result,
    seconds: [
      result.seconds[0]! -
      stagesOf(result).filter(isVectors).reduce((sum, { seconds }) => sum + seconds, 0),
    ],
  }));
  const rate = noteBytes / 1e6 / bestSeconds(without);
  const [line] = describePair("prepare without word2vec", { ...pair, ours: without });
  return [
    {
      ...line!,
      note: `${rate.toFixed(0)} MB/s of ${(noteBytes / 1e6).toFixed(0)} MB; ${line!.note}`,
    },
    ...stagesOf(pair.ours[0]!).map(({ stage, seconds, megabytesPerSecond }) => ({
      part: `  ${stage}`,
      ours: formatSeconds(seconds),
      ...(megabytesPerSecond ? { note: `${megabytesPerSecond.toFixed(0)} MB/s` } : {}),
    })),
  ];
}

async function measureSide(
  name: string,
  request: SectionRequest,
  session: Session,
): Promise<Line[]> {
  return describePair(name, await runPair(request, session.flags.repeats, session.python));
}

async function measureMetrics(session: Session): Promise<Line[]> {
  const request = { ...session.base, section: "metrics" as const };
  const pair = await runPair(request, session.flags.repeats, session.python);
  const { withIntervals, values } = pair.ours[0]!.more as {
    withIntervals: number;
    values: Record<string, number>;
  };
  const theirs = (pair.theirs[0]?.more as { values: Record<string, number> } | undefined)?.values;
  const off = Math.max(
    0,
    ...Object.entries(theirs ?? {}).map(([name, value]) => Math.abs(value - (values[name] ?? NaN))),
  );
  const [line] = describePair("all metrics, without intervals", pair);
  return [
    {
      ...line!,
      note: theirs ? `values differ by ${off.toExponential(1)}; ${line!.note}` : line!.note!,
    },
    { part: "all metrics, with 1,000 resamples", ours: formatSeconds(withIntervals) },
  ];
}

/** Medians of both sides, and the ratio pair by pair. */
function describePair(part: string, { ours, theirs }: Pair): Line[] {
  const of = (results: readonly SectionResult[]) => results.map(({ seconds }) => median(seconds));
  const here = of(ours), there = of(theirs);
  const ratios = there.map((seconds, i) => seconds / here[i]!).sort((a, b) => a - b);
  const variant = (theirs[0]?.more as { variant?: string } | null)?.variant;
  const memory = [ours[0]!, ...theirs.slice(0, 1)].map(formatMemory).join(" against ");
  return [{
    part,
    ours: formatSeconds(median(here)),
    note: `peak ${memory}`,
    ...(there.length > 0
      ? {
        theirs: `${formatSeconds(median(there))}${variant ? ` ${variant}` : ""}`,
        ratio: [ratios[0]!, median(ratios), ratios.at(-1)!] as const,
      }
      : {}),
  }];
}

function bestSeconds(results: readonly SectionResult[]): number {
  return median(results.map(({ seconds }) => median(seconds)));
}

function tokensOf({ documents, tokens, mixed }: Workload): number {
  return Math.round(documents * tokens * (mixed ? 0.65 : 1));
}

function formatLine({ part, ours, theirs, ratio, note }: Line): string {
  const compared = ratio
    ? `  peer ${theirs}  ${ratio[1].toFixed(1)} times as fast ` +
      `(${ratio[0].toFixed(1)} to ${ratio[2].toFixed(1)})`
    : "";
  return `${part.padEnd(34)} ${ours}${compared}${note ? `  [${note}]` : ""}`;
}

function formatSeconds(seconds: number): string {
  return seconds < 0.1 ? `${(1000 * seconds).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

function formatMemory({ peak }: SectionResult): string {
  return `${(peak / 1e9).toFixed(2)} GB`;
}
