/**
 * The folder that a demo is written into, marked as one so that the next may replace it.
 *
 * @module
 */
import { join } from "node:path";
import { findForeignToFixture } from "../../fixtures/mimic3/fixture.ts";
import { findForeignToRun } from "../../model/run/contents.ts";
import { lockRun } from "../../model/run/lock.ts";
import { reserveDatasets } from "../../pipeline/dataset/hold.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { exists, isDropping, listFolder } from "../../pipeline/files/read.ts";
import { stagingPath } from "../../pipeline/files/staging.ts";
import { makeDirectory, writeAtomic, writeFailure } from "../../pipeline/files/write.ts";
import { findForeignToDatasets } from "../../pipeline/prepare/replaceable.ts";
import { cohortPaths } from "./cohort.ts";

const MARKER = "DEMO.txt";
const NOTICE =
  "Written by deno task demo, which replaces this folder. All notes in it are made up.\n";

/** What a demo's folder holds beside the marker, and what finds in each what a demo did not write. */
const PARTS: { readonly [name: string]: (path: string) => Promise<string | undefined> } = {
  mimic: findForeignToFixture,
  data: findForeignToDatasets,
  run: findForeignToRun,
};

/** Where the run of a demo lies in its folder. */
export function demoRun(folder: string): string {
  return join(folder, "run");
}

/**
 * Makes a demo's folder anew: what an earlier demo wrote into it is removed.
 *
 * @throws {UsageError} where the folder holds anything else.
 * @throws {LockedError} where another process uses the demo's run or its datasets.
 * @throws {ResourceError} where it cannot be written.
 */
export async function replaceDemoFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.length > 0) await refuseForeign(folder, names);
  await clear(folder, names);
  await makeDirectory(folder);
  await writeAtomic(join(folder, MARKER), NOTICE);
}

async function namesIn(folder: string): Promise<string[]> {
  if (!await exists(folder)) return [];
  const entries = await listFolder(folder, (found) => refusal(folder, found));
  return entries.map(({ name }) => name);
}

async function refuseForeign(folder: string, names: readonly string[]): Promise<void> {
  if (!names.includes(MARKER)) {
    throw refusal(folder, "the folder is there and is not an earlier demo's");
  }
  for (const name of names) {
    if (name === MARKER || isRest(name)) continue;
    const foreign = await PARTS[name]?.(join(folder, name));
    if (PARTS[name] && foreign === undefined) continue;
    throw refusal(folder, `${foreign ?? name} in it is not what a demo writes`);
  }
}

/** Whether it is what a killed demo was making. */
function isRest(name: string): boolean {
  return isDropping(name) || Object.keys(PARTS).map(stagingPath).includes(name);
}

/** The marker goes last, so that what is left of a killed demo's removal is a demo's. */
async function clear(folder: string, names: readonly string[]): Promise<void> {
  using _run = names.includes("run") ? await lockRun(demoRun(folder)) : undefined;
  using _data = names.includes("data")
    ? await reserveDatasets(cohortPaths(folder).data)
    : undefined;
  for (const name of names.filter((name) => name !== MARKER)) {
    const path = join(folder, name);
    await Deno.remove(path, { recursive: true }).catch((error) => {
      throw writeFailure(path, 0, error);
    });
  }
}

function refusal(folder: string, found: string): UsageError {
  return new UsageError(
    `starting the demo in ${folder}: ${found}; expected a new folder or an earlier demo's and nothing ` +
      "else; choose another --out",
  );
}
