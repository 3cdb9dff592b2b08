/**
 * Why a run failed that another process tried, so that the table can say so: `failures/NAME.json` in the
 * folder of an experiment, until the run is tried again.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { type ReportedError, UsageError } from "../../pipeline/errors.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { exists, readText } from "../../pipeline/files/read.ts";
import { makeDirectory, removeName, writeAtomic } from "../../pipeline/files/write.ts";
import type { PlannedRun } from "./plan.ts";
import type { FailedRun } from "./summary_table.ts";

const schema = v.strictObject({ failure: v.string() });

function failurePath(out: string, { name }: PlannedRun): string {
  return join(out, "failures", `${name}.json`);
}

/** Keeps why a run failed. Throws `ResourceError`. */
export async function keepFailure(
  out: string,
  run: PlannedRun,
  { message }: ReportedError,
): Promise<void> {
  await makeDirectory(join(out, "failures"));
  await writeAtomic(failurePath(out, run), `${JSON.stringify({ failure: message })}\n`);
}

/** Forgets why a run failed: it is tried again. */
export function forgetFailure(out: string, run: PlannedRun): void {
  removeName(failurePath(out, run));
}

/** Those of the runs that failed when they were last tried. */
export async function readFailures(
  out: string,
  runs: readonly PlannedRun[],
): Promise<FailedRun[]> {
  const found = await Promise.all(runs.map((run) => readFailure(out, run)));
  return runs.flatMap((run, at) => {
    const failure = found[at];
    return failure === undefined ? [] : [{ run, failure }];
  });
}

/** One that cannot be read says nothing: the run itself does, when it is tried again. */
async function readFailure(out: string, run: PlannedRun): Promise<string | undefined> {
  const path = failurePath(out, run);
  if (!await exists(path)) return undefined;
  try {
    const text = await readText(path, (found) => new UsageError(`reading ${path}: ${found}`));
    return v.parse(schema, parseJson(text)).failure;
  } catch {
    return undefined;
  }
}
