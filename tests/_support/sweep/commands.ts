/** Commands as users start them, ended on the way and given again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { createRandom } from "../../../pipeline/random.ts";
import { digests, tinyMimic } from "../prepare.ts";
import { endOf, startTask } from "../run_task.ts";
import { writeTinyDataset } from "../tiny_dataset.ts";
import { copyFolder } from "../copy_folder.ts";
import type { Watch } from "./shim.ts";
import { resultOf } from "./train.ts";

/** A command that can be ended at any moment. */
export interface Endable {
  /** Makes what stands before. */
  prepare(): Promise<void>;
  /** Starts it. */
  start(isAgain: boolean): Deno.ChildProcess;
  /** What it has made, by name. */
  result(): Promise<Readonly<Record<string, string>>>;
}

/** `deno task train`, with a checkpoint after every step. */
export async function trainCommand({ folder, outside, environment }: Watch): Promise<Endable> {
  const [data, run] = [join(outside, "data"), join(folder, "run")];
  await writeTinyDataset(data);
  const settings = ["model.hidden=4", "batchSize=4", "maxTokens=15"].flatMap((s) => ["--set", s]);
  const args = ["--data", data, "--out", run, "--epochs", "2", "--checkpoint-minutes", "0"];
  return {
    prepare: () => Promise.resolve(),
    start: (isAgain) =>
      startTask("train", [...args, ...settings, ...(isAgain ? ["--resume"] : [])], {
        env: { ...environment, SWEEP_ALONE: "1" },
      }),
    result: () => resultOf(run),
  };
}

/** `deno task prepare --force` over datasets of another seed. */
export async function prepareCommand({ folder, outside, environment }: Watch): Promise<Endable> {
  await using tiny = await tinyMimic();
  const [mimic, out, kept] = [join(outside, "mimic"), join(folder, "data"), join(outside, "data")];
  copyFolder(tiny.path, mimic);
  const from = ["--mimic", mimic, "--ccs", mimic, "--out", out, "--force", "--min-documents", "1"];
  const start = (seed: number) => {
    const options = ["--allow-loss", "--max-uncovered", "1", "--threads", "1", "--seed", `${seed}`];
    return startTask("prepare", [...from, ...options], {
      env: { ...environment, SWEEP_ALONE: "1" },
    });
  };
  const { code, stderr } = await endOf(start(1));
  assert.equal(code, 0, stderr);
  copyFolder(out, kept);
  return {
    prepare: () => {
      copyFolder(kept, out);
      return Promise.resolve();
    },
    start: () => start(2),
    result: () => digests(folder), // nothing lies beside the datasets
  };
}

/** Runs a command to its end, and expects it to be done. */
export async function finish(command: Endable, isAgain: boolean): Promise<void> {
  const { code, stderr } = await endOf(command.start(isAgain));
  assert.equal(code, 0, stderr);
}

/** Puts what stands before a command into the folder, and nothing else. */
export async function begin(watch: Watch, command: Endable): Promise<void> {
  watch.plan({ action: "count" });
  watch.empty();
  await command.prepare();
}

/** Signals that end commands, and the codes that these then end with. */
const CODES = { SIGKILL: 137, SIGTERM: 143, SIGINT: 130 } as const;

/**
 * Ends a command by signals at so many random moments, from its start on; given again, it makes the
 * same bytes. Returns how often it was ended by which.
 */
export async function assertEndsAtAnyMoment(
  watch: Watch,
  command: Endable,
  moments: number,
): Promise<Record<string, number>> {
  await begin(watch, command);
  const start = performance.now();
  await finish(command, false);
  const milliseconds = performance.now() - start;
  const expected = await command.result();
  const counts: Record<string, number> = { done: 0 };
  const random = createRandom(20, "moments");
  for (let moment = 0; moment < moments; moment++) {
    await begin(watch, command);
    const signal = (["SIGKILL", "SIGKILL", "SIGTERM", "SIGINT"] as const)[moment % 4]!;
    const child = command.start(false);
    const timer = setTimeout(() => child.kill(signal), random.below(Math.ceil(milliseconds)));
    const { code, stderr } = await endOf(child);
    clearTimeout(timer);
    const ending = code === 0 ? "done" : signal;
    assert.equal(code, code === 0 ? 0 : CODES[signal], stderr);
    counts[ending] = (counts[ending] ?? 0) + 1;
    if (code !== 0) await finish(command, true);
    assert.deepEqual(await command.result(), expected, `moment ${moment}, ${signal}`);
  }
  return counts;
}
