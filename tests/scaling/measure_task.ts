/**
 * What a command takes: seconds and memory of its process, as Linux counts them.
 *
 * @module
 */
import { readProcFile } from "../../pipeline/files/proc.ts";
import { endOf, startTask } from "../_support/run_task.ts";

/** What a command took. */
export interface Taken {
  /** By the clock, its start included. */
  readonly seconds: number;
  /** Of the processor, all threads together, and of programs that it ran. */
  readonly processor: number;
  /** Bytes of memory at most, without those programs'. */
  readonly peak: number;
  /** What it printed. */
  readonly stdout: string;
}

/** How often a process is looked at, in milliseconds: it may grow for so long unseen at its end. */
const INTERVAL = 20;

/** Clock ticks a second in Linux's accounts. */
const TICKS = 100;

/** Runs `deno task <task> <args>`, and throws where it fails. */
export async function measureTask(task: string, args: readonly string[]): Promise<Taken> {
  const start = performance.now();
  const child = startTask(task, args);
  let [processor, peak] = [0, 0];
  const timer = setInterval(() => {
    const now = usageOf(child.pid);
    processor = Math.max(processor, now.processor);
    peak = Math.max(peak, now.peak);
  }, INTERVAL);
  const { code, stdout, stderr } = await endOf(child).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(`${task} ${args.join(" ")} ended with ${code}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, processor, peak, stdout };
}

/** What a process has used so far; nothing where it has ended. */
function usageOf(pid: number): Pick<Taken, "processor" | "peak"> {
  const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readProcFile(`/proc/${pid}/status`))?.[1] ?? 0;
  const [, rest = ""] = readProcFile(`/proc/${pid}/stat`).split(") ");
  const ticks = rest.split(" ").slice(11, 15).map(Number); // its own, and of children that ended
  return {
    peak: Number(peak) * 1024,
    processor: ticks.reduce((sum, number) => sum + number, 0) / TICKS,
  };
}
