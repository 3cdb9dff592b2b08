/**
 * Whether a folder may be trained in: an empty one, or one that is recognisably a run of ours.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from "node:path";
import { IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { findForeign } from "../../pipeline/files/foreign.ts";
import { exists, isFile, readText } from "../../pipeline/files/read.ts";
import { RESTRICTED_FILE } from "../../pipeline/files/restricted.ts";
import { unfinishedWriteOf, writtenPath } from "../../pipeline/files/write.ts";
import { DATASET_FORMAT } from "../../pipeline/manifest.ts";
import { MANIFEST_FILE } from "../../pipeline/schema.ts";
import { checkpointPath, CHECKPOINTS } from "./checkpoint.ts";
import { LOCK_FILE } from "./lock.ts";
import { logPath } from "./log.ts";
import { isRun, KEPT_FILES, RECORD_FILE, recordPath, RUN_FORMAT } from "./record.ts";

/** What a run has in its folder before `config.json` makes a run of it. */
const BEGINNINGS = new Set([
  LOCK_FILE,
  RESTRICTED_FILE,
  "labels",
  ...KEPT_FILES,
]);

/**
 * Refuses a folder that is not for training in, without touching it.
 *
 * @param resume whether a run that has begun there is to go on.
 * @throws {UsageError} where it holds files that are no run's, or a run that is not to go on, or lies
 * in a dataset.
 * @throws {IntegrityError} where it holds a run whose record is missing.
 */
export async function requireOwnFolder(
  directory: string,
  { resume }: { readonly resume: boolean },
): Promise<void> {
  await refuseDataset(directory);
  if (!await exists(directory)) return;
  const begun = await evidenceOf(directory);
  if (await namesRun(directory)) {
    if (resume || begun.length === 0) return;
    throw new UsageError(
      `starting a run in ${directory}: it already holds one; ` +
        "add --resume to go on with it, or choose another --out",
    );
  }
  const hasRecord = await isRun(directory);
  if (hasRecord && resume && begun.length > 0) return; // what is wrong with it is found by opening it
  const isLocked = await exists(join(directory, LOCK_FILE));
  if (!hasRecord && isLocked && begun.length > 0) {
    const found = begun.join(", ");
    throw new IntegrityError(
      `opening run ${directory}: ${RECORD_FILE} is missing beside ${found}; restore it from a copy, ` +
        "or train anew with another --out",
    );
  }
  const foreign = await findOther(directory, isLocked ? BEGINNINGS : new Set());
  if (foreign === undefined) return;
  throw new UsageError(
    `training in ${directory}: it holds ${foreign}, which is no run's; expected an empty folder or ` +
      "a run; choose another --out",
  );
}

/** What tells that a run has begun: names of its log and of its checkpoints, those that are there. */
export async function evidenceOf(directory: string): Promise<string[]> {
  const paths = [
    logPath(directory),
    ...CHECKPOINTS.map((name) => checkpointPath(directory, name)),
  ];
  const found: string[] = [];
  for (const path of paths) if (await exists(path)) found.push(basename(path));
  return found;
}

/** Whether a folder holds a run, whole or damaged: its record says so, or its lock and its files do. */
export async function holdsRun(directory: string): Promise<boolean> {
  if (await namesRun(directory)) return true;
  return await exists(join(directory, LOCK_FILE)) && (await evidenceOf(directory)).length > 0;
}

/** Whether the folder's `config.json` says that it is a run's. */
async function namesRun(directory: string): Promise<boolean> {
  try {
    const text = await readText(recordPath(directory), (found) => new UsageError(found));
    return (parseJson(text) as { format?: unknown } | null)?.format === RUN_FORMAT;
  } catch {
    return false;
  }
}

/** Path, below the folder, of the first thing in it that is none of `own`. */
async function findOther(
  directory: string,
  own: ReadonlySet<string>,
): Promise<string | undefined> {
  const refuse = () =>
    new UsageError(`training in ${directory}: it is no folder; choose another --out`);
  const isOurs = (path: string) =>
    own.has(writtenPath(path)) ||
    (own.size > 0 && unfinishedWriteOf(basename(path)) === RECORD_FILE);
  const foreign = await findForeign(directory, { isOurs, refuse });
  return foreign && relative(directory, foreign);
}

/** A run in a dataset's folder would go with it, when `prepare` replaces that. */
async function refuseDataset(directory: string): Promise<void> {
  let folder = resolve(directory);
  for (let last = ""; folder !== last; folder = dirname(folder)) {
    last = folder = await Deno.realPath(folder).catch(() => folder);
    const manifest = join(folder, MANIFEST_FILE);
    if (!await isFile(manifest)) continue;
    const text = await readText(manifest, (found) => new UsageError(found)).catch(() => "");
    if (!text.includes(JSON.stringify(DATASET_FORMAT))) continue;
    throw new UsageError(
      `training in ${directory}: ${folder} is a dataset; expected a folder outside of it; ` +
        "choose another --out",
    );
  }
}
