/** Sweeps, for tests: in a process of their own, which is watched. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Watch } from "./shim.ts";
import type { Ending, SweepReport } from "./sweep.ts";

/** The ways to end work at a call. */
export const ENDINGS: readonly Ending[] = ["kill", "full disk", "input/output error"];

/** Sweeps over every `stride`-th call of each kind of a subject of `driver.ts`, in every way. */
export async function runSweep(
  subject: string,
  stride: number,
  endings: readonly Ending[] = ENDINGS,
): Promise<SweepReport> {
  using watch = await Watch.create();
  const driver = fileURLToPath(new URL("driver.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", driver, subject, `${stride}`, ...endings],
    env: { ...watch.environment, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Nothing was lost at any point, and every kind of call was among these in every way. */
export function assertNothingLost({ points }: SweepReport, kinds: readonly string[]): void {
  const problems = points.filter(({ problem }) => problem !== null)
    .map(({ ending, number, kind, path, problem }) =>
      `${ending} at call ${number}, ${kind} ${path}: ${problem}`
    );
  assert.deepEqual(problems, []);
  for (const ending of ENDINGS) {
    const found = points.filter((point) => point.ending === ending).map(({ kind }) => kind);
    assert.deepEqual(kinds.filter((kind) => !found.includes(kind)), [], ending);
  }
}

/** A sweep's figures, in words. */
export function describeSweep(subject: string, { calls, points }: SweepReport): string {
  const counts = ENDINGS.map((ending) =>
    `${points.filter((point) => point.ending === ending).length} ${ending}`
  );
  const without = points.filter(({ refused }) => !refused).length;
  const lost = points.filter(({ problem }) => problem !== null).length;
  return `${subject}: ${calls} calls; ${points.length} points (${counts.join(", ")}); ` +
    `${without} done without the call; ${lost} lost something`;
}
