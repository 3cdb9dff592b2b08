/**
 * MARN's training step and inference.
 *
 * @module
 */
import { compare, comparisonTable, mediansOf } from "../compare.ts";
import { spreadOf } from "../measure.ts";
import type { PeerMore, SectionResult } from "../request.ts";
import type { Column, ResultTable, Row } from "../results.ts";
import type { PartTime } from "../sections/step_parts.ts";
import type { Pair, Session } from "../session.ts";
import { countTokens, operationsPerToken, type Workload } from "../workload.ts";

type Times = SectionResult<{ matmul: number }>;

const rateColumns: readonly Column[] = [
  { key: "work", head: "work", unit: "text" },
  { key: "tokens", head: "tokens/s", unit: "count" },
  { key: "rate", head: "GFLOP/s", unit: "gigaflops" },
  { key: "matmul", head: "largest matmul", unit: "gigaflops" },
  { key: "share", head: "share of it", unit: "percent" },
];

/** A step at the paper's size, and its parts; bfloat16 PyTorch beside it. */
export async function measureStep(session: Session): Promise<ResultTable[]> {
  const { workload } = session.request;
  const [tables, pair] = await measureModel(session, "step", "training step", workload);
  const half = await measureVariant(session, "bfloat16", "training step, bfloat16 there", pair);
  return [...tables, half, await measureParts(session)];
}

/** A step whose documents have different lengths; PyTorch's packed sequences beside it. */
export async function measureMixed(session: Session): Promise<ResultTable[]> {
  const workload = { ...session.request.workload, mixed: true };
  const work = "training step, lengths of 30 to 100%";
  const [tables, pair] = await measureModel(session, "step", work, workload);
  const packed = await measureVariant(session, "packed", `${work}, packed there`, pair, workload);
  return [...tables, packed];
}

/** One run of the peer's `variant` of a step, on the threads that it chose for the step itself. */
async function measureVariant(
  session: Session,
  variant: "bfloat16" | "packed",
  work: string,
  { ours, theirs }: Pair,
  workload: Workload = session.request.workload,
): Promise<ResultTable> {
  const choice = theirs[0]?.more.choice;
  if (!choice) return comparisonTable([]);
  const changes = { workload, choice, runs: 1 };
  const result = await session.theirs<PeerMore>(work, variant, changes);
  return comparisonTable(result ? [compare(work, { ours: ours.slice(-1), theirs: [result] })] : []);
}

/** A step with the full label sets. */
export async function measureFull(session: Session): Promise<ResultTable[]> {
  const labels = session.quick ? { icd: 600, ccs: 60 } : { icd: 8921, ccs: 295 };
  const workload = { ...session.request.workload, labels };
  const name = `training step, ${labels.icd.toLocaleString("en-US")} + ${labels.ccs} labels`;
  const [tables] = await measureModel(session, "step", name, workload);
  return tables;
}

/** Inference at the paper's size. */
export async function measureInference(session: Session): Promise<ResultTable[]> {
  const { workload } = session.request;
  const [tables] = await measureModel(session, "inference", "inference", workload);
  return tables;
}

async function measureModel(
  session: Session,
  section: "step" | "inference",
  work: string,
  workload: Workload,
): Promise<[ResultTable[], Pair]> {
  const pair = await session.pair<Times["more"]>({
    ...{ name: work, ours: section, theirs: section },
    changes: { workload },
  });
  const passes = section === "step" ? 3 : 1;
  const rates = describeRates(work, workload, passes, pair.ours);
  return [
    [
      comparisonTable([compare(work, pair)]),
      { title: "Model FLOP/s", columns: rateColumns, rows: [rates] },
    ],
    pair,
  ];
}

/**
 * Tokens and operations a second, and the latter's share of the largest matrix product's rate that the
 * same process measured between its runs; `passes` is 3 for a training step.
 */
export function describeRates(
  work: string,
  workload: Workload,
  passes: number,
  results: readonly Times[],
): Row {
  const tokens = countTokens(workload), seconds = mediansOf(results);
  const rates = seconds.map((s) => passes * operationsPerToken(workload) * tokens / s);
  return {
    work,
    tokens: spreadOf(seconds.map((s) => tokens / s)),
    rate: spreadOf(rates),
    matmul: spreadOf(results.map(({ more }) => more.matmul)),
    share: spreadOf(rates.map((rate, i) => rate / results[i]!.more.matmul)),
  };
}

async function measureParts(session: Session): Promise<ResultTable> {
  const { more } = await session.ours<{ parts: PartTime[] }>("parts of a step", "parts");
  const sum = more.parts.reduce((sum, { forward, backward }) => sum + forward + backward, 0);
  const rows = more.parts.map(({ part, forward, backward }) => ({
    ...{ part, forward },
    ...(backward > 0 ? { backward } : {}),
    share: (forward + backward) / sum,
  }));
  return {
    title: "A training step by part, each measured alone",
    columns: [
      { key: "part", head: "part", unit: "text" },
      { key: "forward", head: "forward", unit: "seconds" },
      { key: "backward", head: "backward", unit: "seconds" },
      { key: "share", head: "share of the sum", unit: "percent" },
    ],
    rows: [...rows, { part: "sum", forward: sum }],
  };
}
