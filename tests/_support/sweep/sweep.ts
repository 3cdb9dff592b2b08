/**
 * Ends some work at each of the calls with which it changes files, in each way in which it can be
 * ended, does it again, and says what was lost.
 */
import { describeFailure } from "../../../tasks/cli/failure.ts";
import type { Call, Watch } from "./shim.ts";

/** What is swept: work that can be done again in one folder. */
export interface Subject {
  /** Makes what stands in the folder before. */
  prepare(): Promise<void>;
  /** Does the work; after it was ended, whatever it has left is there. */
  work(isAgain: boolean): Promise<void>;
  /** What the work has made, by name: the same whenever it is done whole. */
  result(): Promise<Readonly<Record<string, string>>>;
  /** What is wrong with what the folder holds at any moment; undefined where nothing is. */
  inspect(): Promise<string | undefined>;
  /** Names in the folder that should not be there when the work is done. */
  leftovers(): Promise<readonly string[]>;
  /** Whether a call is swept; all are by default. */
  readonly isSwept?: (call: Call) => boolean;
  /** Where names cannot be exchanged in one step. */
  readonly noSwaps?: boolean;
}

/** How work is ended. */
export type Ending = "kill" | "full disk" | "input/output error";

/** One point of a sweep. */
export interface Point extends Call {
  readonly ending: Ending;
  /** Whether the work ended with the error that is due; it may also do without the call. */
  readonly refused: boolean;
  /** What was found wrong; null where nothing was. */
  readonly problem: string | null;
}

/** What was swept. */
export interface SweepReport {
  /** How many calls the work makes. */
  readonly calls: number;
  readonly points: readonly Point[];
}

/** Sweeps over every `stride`-th call of each kind. */
export async function sweep(
  watch: Watch,
  subject: Subject,
  { stride, endings }: { readonly stride: number; readonly endings: readonly Ending[] },
): Promise<SweepReport> {
  const { noSwaps = false, isSwept = () => true } = subject;
  const begin = async () => {
    watch.plan({ action: "count" });
    watch.empty();
    await subject.prepare();
  };
  const allCalls = async (copied: readonly number[]) => {
    await begin();
    watch.forget();
    watch.plan({ action: "copy", copied, noSwaps });
    await subject.work(false);
    const calls = watch.calls();
    watch.plan({ action: "count" });
    return calls;
  };
  const all = (await allCalls([])).filter(isSwept);
  const expected = await subject.result();
  const points: Point[] = [];
  const add = async (ending: Ending, call: Call, { refused, problem }: Outcome) => {
    const found = problem ?? await subject.inspect() ?? await finish(subject, expected, refused);
    points.push({ ...call, ending, refused, problem: found ?? null });
  };
  if (endings.includes("kill")) {
    const numbers = choose(all, stride, 0).map(({ number }) => number);
    const calls = await allCalls(numbers);
    for (const number of numbers) {
      watch.restore(number);
      await add("kill", calls[number - 1]!, { refused: true });
    }
  }
  for (const [place, ending] of (["full disk", "input/output error"] as const).entries()) {
    if (!endings.includes(ending)) continue;
    for (const { number } of choose(all, stride, place + 1)) {
      await begin();
      watch.plan({ action: ending === "full disk" ? "fill" : "fail", at: number, noSwaps });
      const outcome = await attempt(subject);
      const call = watch.calls().find((call) => call.number === number);
      watch.plan({ action: "count" });
      if (call) await add(ending, call, outcome);
    }
  }
  return { calls: all.length, points };
}

/** What became of work that was to be ended. */
interface Outcome {
  readonly refused: boolean;
  readonly problem?: string;
}

/** Every `stride`-th call of each kind, from another one on for each ending. */
function choose(calls: readonly Call[], stride: number, from: number): Call[] {
  const kinds = Map.groupBy(calls, ({ kind }) => kind);
  return [...kinds.values()]
    .flatMap((ofKind) => {
      const start = Math.min(from % stride, ofKind.length - 1);
      return ofKind.filter((_, at) => at >= start && (at - start) % stride === 0);
    })
    .sort((a, b) => a.number - b.number);
}

/** Does the work, which may be refused in the documented way alone. */
async function attempt(subject: Subject): Promise<Outcome> {
  try {
    await subject.work(false);
    return { refused: false };
  } catch (error) {
    const { exitCode, message } = describeFailure(error);
    const told = (error as Error).stack ?? String(error);
    if (exitCode !== 5) return { refused: true, problem: `exit code ${exitCode}: ${told}` };
    return message.includes("\n") || /\bat .*:\d+:\d+/.test(message)
      ? { refused: true, problem: `not one line: ${message}` }
      : { refused: true };
  }
}

/**
 * Does the work again: what is then other than it would be, in words. Work that did without a call is
 * held against the same before.
 */
async function finish(
  subject: Subject,
  expected: Readonly<Record<string, string>>,
  refused: boolean,
): Promise<string | undefined> {
  const difference = async () => {
    const found = await subject.result();
    const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
    const differing = [...names].filter((name) => found[name] !== expected[name]);
    return differing.length > 0 ? `not as uninterrupted: ${differing.join(", ")}` : undefined;
  };
  const before = refused ? undefined : await difference();
  if (before) return before;
  try {
    await subject.work(true);
  } catch (error) {
    return `again: ${(error as Error).stack}`;
  }
  const left = await subject.leftovers();
  return await difference() ?? (left.length > 0 ? `left behind: ${left.join(", ")}` : undefined);
}
