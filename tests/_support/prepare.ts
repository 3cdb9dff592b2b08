/** Small inputs to prepare, and what becomes of them. */
import { join } from "node:path";
import { type FixtureSummary, writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import type { Manifest, Stage } from "../../pipeline/manifest.ts";
import type { PrepareOptions } from "../../pipeline/prepare/options.ts";
import { temporary, TINY, writeTables } from "./tiny.ts";

/** A temporary folder with something to prepare; gone when disposed. */
export interface Preparation extends AsyncDisposable {
  readonly path: string;
  /** Options that read it and write to `data` beside it. */
  readonly options: PrepareOptions;
}

/** A synthetic MIMIC-III of 120 admissions, or of those on lists. */
export async function syntheticMimic(
  hadmIds?: readonly string[],
): Promise<Preparation & { readonly mimic: string; readonly summary: FixtureSummary }> {
  const directory = await temporary();
  const mimic = join(directory.path, "mimic");
  const summary = await writeFixture({
    directory: mimic,
    codes: 300,
    seed: 5,
    length: 0.2,
    admissions: hadmIds ? undefined : 120,
    rows: hadmIds ? undefined : 400,
    hadmIds,
  });
  const options: PrepareOptions = {
    input: { kind: "mimic3", directory: mimic, ccs: mimic },
    out: join(directory.path, "data"),
    shares: { train: 8, dev: 1, test: 1 },
    threads: 1,
    memory: 512e6,
  };
  return { ...directory, mimic, summary, options };
}

/** A minimal MIMIC-III with HCUP's tables for its codes, one of which they lack. */
export async function tinyMimic(
  tables: Record<string, string | Uint8Array> = TINY,
): Promise<Preparation> {
  const directory = await temporary();
  const diagnoses = ["4280 ", "0389 ", "E8798", "25000"]
    .map((code) => `'${code}','7    ','Category',"WORDS",' ',' '`);
  await writeTables(directory.path, {
    ...tables,
    "$dxref 2015.csv": ["note", "header", ...diagnoses].join("\n"),
    "$prref 2015.csv": `note\nheader\n'0066 ','7  ','Category',"WORDS"\n`,
  });
  const options: PrepareOptions = {
    input: { kind: "mimic3", directory: directory.path, ccs: directory.path },
    out: join(directory.path, "data"),
    minDocuments: 1,
    maxUncovered: 1,
    allowLoss: true,
    threads: 1,
    memory: 512e6,
  };
  return { ...directory, options };
}

/** SHA-256 of every file below a folder, by path. */
export async function digests(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (!isDirectory) {
      found[name] = sha256(await Deno.readFile(path));
      continue;
    }
    for (const [inner, digest] of Object.entries(await digests(path))) {
      found[`${name}/${inner}`] = digest;
    }
  }
  return found;
}

/** A stage of a manifest. */
export function stageOf({ stages }: Manifest, name: string): Stage {
  return stages.find(({ stage }) => stage === name)!;
}

/** The first column of a CSV below its header. */
export async function firstColumn(path: string): Promise<string[]> {
  const [, ...rows] = (await Deno.readTextFile(path)).trimEnd().split("\n");
  return rows.map((row) => row.split(",")[0]!);
}
