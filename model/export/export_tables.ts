/**
 * Datasets, predictions and scores as Parquet tables in a folder.
 *
 * @module
 */
import { fromCSV } from "arquero";
import { join } from "node:path";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { findForeign, refuseToReplace } from "../../pipeline/files/foreign.ts";
import { privateModes, RESTRICTED_FILE, RESTRICTED_TEXT } from "../../pipeline/files/restricted.ts";
import { decodeSafetensors } from "../../pipeline/files/safetensors.ts";
import { Staging } from "../../pipeline/files/staging.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import type { Progress } from "../../pipeline/progress.ts";
import { type Label, type PerTask, type Split, SPLITS, TASKS } from "../../pipeline/schema.ts";
import {
  type ParquetCell,
  type ParquetColumns,
  writeParquet,
} from "../../pipeline/source/write_parquet.ts";
import { hasEvaluated, readEvaluated, readMetrics } from "../run/metrics_file.ts";
import { predictionsFile, scoresFile } from "../run/predictions.ts";
import type { Run } from "../run/run.ts";

/** A Parquet file before it is written. */
interface Table {
  /** Its name, such as `documents.parquet`. */
  readonly file: string;
  readonly columns: ParquetColumns;
  readonly rows: Iterable<readonly ParquetCell[]> | AsyncIterable<readonly ParquetCell[]>;
}

/** The folder that tables are written to, and what becomes of one that is there. */
export interface TablesTarget {
  /** The folder that is made. */
  readonly directory: string;
  /** Whether earlier tables in its place may be replaced. */
  readonly replace: boolean;
  /** Is warned of what could not be removed. */
  readonly progress: Pick<Progress, "warn">;
}

/** The tables of a dataset: `documents`, `labels`, `vocabulary`. Throws `ResourceError`. */
export async function exportDataset(dataset: Dataset, target: TablesTarget): Promise<string[]> {
  const { vocabulary, labels, manifest } = dataset;
  return await writeTables([
    { file: "documents.parquet", columns: DOCUMENTS, rows: documentRows(dataset) },
    labelTable(labels),
    {
      file: "vocabulary.parquet",
      columns: { token: "INTEGER", word: "VARCHAR" },
      rows: vocabulary.map((word, token) => [token, word]),
    },
  ], { ...target, restricted: manifest.restricted });
}

/**
 * The tables of an evaluated run: `labels`, `predictions-<split>`, and where `evaluate --scores` wrote
 * them `scores-<split>`.
 *
 * @throws {UsageError} where the run was never evaluated.
 * @throws {IntegrityError} where a file is not as the evaluation wrote it.
 * @throws {ResourceError} where the folder cannot be written.
 */
export async function exportPredictions(run: Run, target: TablesTarget): Promise<string[]> {
  const metrics = await readMetrics(run);
  const tables = [labelTable(run.labels)];
  for (const split of SPLITS) {
    const has = (file: string) => hasEvaluated(run, metrics, file);
    const read = (file: string) => readEvaluated(run, metrics, file);
    if (!await has(predictionsFile(split))) continue;
    const predictions = parsePredictions(await read(predictionsFile(split)));
    tables.push({
      file: `predictions-${split}.parquet`,
      columns: PREDICTED,
      rows: predictions.map(({ id, rank, code, probability, label }) => [
        id,
        Number(rank),
        code,
        Number(probability),
        label === "1",
      ]),
    });
    if (!await has(scoresFile(split))) continue;
    const ids = [...new Set(predictions.map(({ id }) => id))];
    tables.push(scoreTable(run, split, ids, await read(scoresFile(split))));
  }
  return await writeTables(tables, { ...target, restricted: run.dataset.restricted });
}

const DOCUMENTS: ParquetColumns = {
  split: "VARCHAR",
  id: "VARCHAR",
  patient: "VARCHAR",
  tokens: "INTEGER[]",
  ...Object.fromEntries(TASKS.map((task) => [task, "VARCHAR[]"] as const)),
};

const PREDICTED: ParquetColumns = {
  id: "VARCHAR",
  rank: "INTEGER",
  code: "VARCHAR",
  probability: "DOUBLE",
  label: "BOOLEAN",
};

async function* documentRows(dataset: Dataset): AsyncGenerator<ParquetCell[]> {
  const { labels, splits } = dataset;
  for (const split of SPLITS) {
    using documents = await readSplit(dataset, split);
    for (const [row, { id, patient }] of splits[split].entries()) {
      const codes = TASKS.map((task) =>
        Array.from(documents.labels(task, row), (label) => labels[task][label]!.code)
      );
      yield [split, id, patient, [...documents.tokens(row)], ...codes];
    }
  }
}

function labelTable(labels: PerTask<readonly Label[]>): Table {
  return {
    file: "labels.parquet",
    columns: {
      labels: "VARCHAR",
      index: "INTEGER",
      code: "VARCHAR",
      kind: "VARCHAR",
      title: "VARCHAR",
      group: "VARCHAR",
      ...Object.fromEntries(SPLITS.map((split) => [split, "INTEGER"] as const)),
    },
    rows: TASKS.flatMap((task) =>
      labels[task].map(({ code, kind, title, group, documents }, index) => [
        ...[task, index, code, kind, title, group],
        ...SPLITS.map((split) => documents[split]),
      ])
    ),
  };
}

/** A row of a predictions file. */
interface PredictedRow {
  readonly id: string;
  readonly rank: string;
  readonly code: string;
  readonly probability: string;
  readonly label: string;
}

function parsePredictions(csv: Uint8Array): PredictedRow[] {
  const table = fromCSV(new TextDecoder().decode(csv), { autoType: false });
  return table.objects() as PredictedRow[];
}

function scoreTable(run: Run, split: Split, ids: readonly string[], bytes: Uint8Array): Table {
  const labels = run.labels[run.config.target];
  const { tensors } = decodeSafetensors(bytes, scoresFile(split));
  const { data } = tensors.get("scores")!;
  return {
    file: `scores-${split}.parquet`,
    columns: { id: "VARCHAR", code: "VARCHAR", probability: "FLOAT" },
    rows: (function* () {
      for (const [row, id] of ids.entries()) {
        for (const [at, { code }] of labels.entries()) {
          yield [id, code, data[row * labels.length + at] as number];
        }
      }
    })(),
  };
}

/** Writes tables into a folder that appears whole or not at all, and returns their files. */
async function writeTables(
  tables: readonly Table[],
  { directory, replace, progress, restricted }: TablesTarget & { readonly restricted: boolean },
): Promise<string[]> {
  using _modes = privateModes(restricted);
  await using staging = await Staging.open(directory, {
    replace,
    findForeign: findForeignToTables,
    progress,
  });
  for (const { file, columns, rows } of tables) {
    await writeParquet(join(staging.directory, file), columns, rows);
  }
  if (restricted) await writeAtomic(join(staging.directory, RESTRICTED_FILE), RESTRICTED_TEXT);
  await staging.commit();
  return tables.map(({ file }) => file);
}

/** Tables as they are named here. */
const OWN = /^(?:documents|labels|vocabulary|(?:predictions|scores)-(?:train|dev|test))\.parquet$/;

/** Path of something in a folder that is no such table; undefined where there is nothing. */
async function findForeignToTables(directory: string): Promise<string | undefined> {
  return await findForeign(directory, {
    isOurs: (path, { isFile }) => isFile && (OWN.test(path) || path === RESTRICTED_FILE),
    refuse: refuseToReplace(directory),
  });
}
