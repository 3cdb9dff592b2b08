/**
 * What ties a checkpoint to its run: it names the configuration, dataset and lists that it was trained
 * with, and whoever reads it holds them against the run's.
 *
 * @module
 */
import { flatten, resumableKeys } from "../config/config.ts";
import { type CheckpointFacts, damaged } from "./checkpoint.ts";
import type { FoundRecord, RunRecord } from "./record.ts";

/** What a run's checkpoints say of it. */
export function describeRun({ config, dataset, files }: RunRecord): Record<string, string> {
  const free = resumableKeys(config);
  const fixed = [...flatten(config)].filter(([key]) => !free.includes(key));
  return {
    model: config.model.name,
    config: JSON.stringify(Object.fromEntries(fixed)),
    dataset_hash: dataset.hash,
    files: JSON.stringify(files),
    restricted: String(dataset.restricted),
  };
}

/** Refuses a checkpoint of another run, naming what differs. Throws `IntegrityError`. */
export function requireOwn(run: FoundRecord, { metadata }: CheckpointFacts, path: string): void {
  const differences = differencesFrom(run, metadata);
  if (differences.length === 0) return;
  throw damaged(path, `it was trained with ${differences.join(", ")}`);
}

/**
 * How a checkpoint's run differs from this one, in words; empty where it is this one. Checkpoints of
 * earlier versions have a digest of the configuration in its place, and none of the lists.
 */
export function differencesFrom(
  run: FoundRecord,
  metadata: { readonly [key: string]: string },
): string[] {
  const found = metadata.config === undefined
    ? metadata.config_hash === run.configHash ? [] : ["another configuration"]
    : differingValues(run, parse(metadata.config));
  if (metadata.dataset_hash !== run.dataset.hash) found.push("another dataset");
  found.push(...otherFiles(run.files, metadata).map((name) => `another ${name}`));
  return found;
}

/**
 * `maxTokens 20 instead of 1000`: the checkpoint's values, then the run's. A key that came into being
 * after the checkpoint is at its default in both.
 */
function differingValues({ config }: RunRecord, trained: Record<string, unknown>): string[] {
  const own = flatten(config);
  if (trained["model.name"] === undefined) return ["another configuration"];
  return Object.entries(trained)
    .filter(([key, value]) => own.get(key) !== value)
    .map(([key, value]) => `${key} ${value} instead of ${own.get(key) ?? "none"}`);
}

/** Names of the files that a checkpoint's run kept otherwise, or did not; earlier versions do not say. */
export function otherFiles(
  files: RunRecord["files"],
  metadata: { readonly [key: string]: string },
): string[] {
  if (metadata.files === undefined) return [];
  const trained = parse(metadata.files);
  const names = new Set([...Object.keys(files), ...Object.keys(trained)]);
  return [...names].filter((name) => files[name] !== trained[name]);
}

/** An object from a checkpoint's metadata; what is none differs in everything. */
function parse(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
