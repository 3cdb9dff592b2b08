/**
 * The demo's cohort: made-up admissions in MIMIC-III's layout, prepared as MIMIC-III is.
 *
 * @module
 */
import { join } from "node:path";
import { writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { prepareDataset } from "../../pipeline/prepare/prepare.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import { exists } from "../../pipeline/files/read.ts";
import { MANIFEST_FILE } from "../../pipeline/schema.ts";

/** How a cohort is made up. */
export interface CohortOptions {
  readonly admissions: number;
  /** Codes that can occur. */
  readonly codes: number;
  /** Scale of the notes' lengths; 1 is MIMIC-III's. */
  readonly length: number;
  /** Seed of the cohort, its split and its word vectors. */
  readonly seed: number;
}

/** The cohort that tasks use when they are given no data. */
export const demoCohort: CohortOptions = { admissions: 1200, codes: 600, length: 0.3, seed: 1 };

/** Relative sizes of the splits: a test split large enough for a cohort this small. */
const SHARES = { train: 70, dev: 10, test: 20 };

/** Where a cohort's tables and its datasets lie in its folder. */
export function cohortPaths(folder: string): { mimic: string; data: string } {
  return { mimic: join(folder, "mimic"), data: join(folder, "data") };
}

/** Makes up the tables, which appear whole or not at all; of its progress only warnings are told. */
export async function makeUpCohort(
  folder: string,
  { admissions, codes, length, seed }: CohortOptions,
  { warn }: Pick<Progress, "warn">,
): Promise<void> {
  const directory = cohortPaths(folder).mimic;
  const progress = { ...silent, warn };
  await writeFixture({ directory, admissions, codes, length, seed, progress });
}

/** Prepares `full/` and `top50/` from the tables; they appear whole or not at all. */
export async function prepareCohort(
  folder: string,
  seed: number,
  progress: Progress,
): Promise<void> {
  const { mimic, data } = cohortPaths(folder);
  const input = { kind: "mimic3", directory: mimic, ccs: mimic } as const;
  await prepareDataset({ input, out: data, seed, shares: SHARES }, progress);
}

/** Folder of the prepared {@linkcode demoCohort}, made in `folder` unless it is there already. */
export async function ensureDemoCohort(folder: string, progress: Progress): Promise<string> {
  const { mimic, data } = cohortPaths(folder);
  if (await exists(join(data, "top50", MANIFEST_FILE))) return data;
  await Deno.mkdir(folder, { recursive: true });
  if (!await exists(mimic)) await makeUpCohort(folder, demoCohort, progress);
  await prepareCohort(folder, demoCohort.seed, progress);
  return data;
}
