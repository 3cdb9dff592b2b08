/**
 * What ranks cost, on one machine: a rank with two threads and two ranks with one, bound to a core each,
 * take the same steps in turn. The figures of docs/scaling.md are this script's:
 *
 * ```sh
 * deno run --allow-all tests/scaling/ranks.ts --rounds 5 --steps 5
 * ```
 *
 * @module
 */
// deno-lint-ignore-file no-console -- it has nobody else to tell
import { parseArgs } from "node:util";
import { median, spreadOf } from "../../tasks/bench/measure.ts";
import type { Workload } from "../../tasks/bench/workload.ts";
import { formatMarkdown } from "../../tasks/report/table.ts";
import type { StepsResult } from "./rank_step.ts";
import { takeSteps } from "./take_steps.ts";

const { values } = parseArgs({
  options: {
    /** Processes of each kind, in turn. */
    rounds: { type: "string", default: "5" },
    /** Steps of a process. */
    steps: { type: "string", default: "5" },
    /** Hidden units a direction; 300 are the paper's. */
    hidden: { type: "string", default: "300" },
  },
});

const sixteen = (tokens: number, labels: Workload["labels"]): Workload => ({
  documents: 16,
  tokens,
  mixed: false,
  hidden: Number(values.hidden),
  labels,
});
const few = { icd: 50, ccs: 38 };
const all = { icd: 8921, ccs: 295 };
const workloads = {
  "16 × 500–1,500 tokens, 88 labels": sixteen(1000, few),
  "16 × 125–375 tokens, 88 labels": sixteen(250, few),
  "16 × 500–1,500 tokens, 9,216 labels": sixteen(1000, all),
  "16 × 125–375 tokens, 9,216 labels": sixteen(250, all),
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const middle = (results: readonly StepsResult[], of: (result: StepsResult) => number) =>
  median(results.map(of));
const inSeconds = (seconds: number) => `${seconds.toFixed(2)} s`;
const clock = ({ seconds }: StepsResult) => median(seconds);

const rows: string[][] = [];
const transfers: string[][] = [];
for (const [name, workload] of Object.entries(workloads)) {
  const request = { workload, steps: Number(values.steps) };
  const one: StepsResult[] = [];
  const two: StepsResult[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    one.push(await takeSteps(1, request));
    two.push(await takeSteps(2, request));
    console.error(name, round + 1, clock(one.at(-1)!), clock(two.at(-1)!));
  }
  const ratios = spreadOf(one.map((result, i) => clock(result) / clock(two[i]!)));
  const waits = middle(two, ({ waited }) => Math.max(...waited)) / middle(two, clock);
  rows.push([
    name,
    inSeconds(middle(one, clock)),
    inSeconds(middle(two, clock)),
    `${ratios.median.toFixed(2)} (${ratios.least.toFixed(2)}–${ratios.greatest.toFixed(2)})`,
    inSeconds(middle(one, ({ processor }) => sum(processor))),
    inSeconds(middle(two, ({ processor }) => sum(processor))),
    `${(100 * waits).toFixed(1)}%`,
  ]);
  const { parameters } = two[0]!;
  const transfer = spreadOf(two.map(({ sums }) => median(sums)));
  transfers.push([
    String(parameters),
    `${(parameters * 4 / 1e6).toFixed(1)} MB`,
    `${(1000 * transfer.median).toFixed(1)} ms`,
    `${(parameters * 4 * 8 / transfer.median / 1e9).toFixed(1)} Gb/s`,
  ]);
}
console.log(formatMarkdown({
  title: "Steps",
  columns: ["a step of", "one rank", "two", "times as fast", "processor: one", "two", "waits"],
  rows,
}));
console.log(formatMarkdown({
  title: "Sums",
  columns: ["parameters", "bytes", "summed in", "a rank sends"],
  rows: transfers,
}));
