/**
 * A dataset directory as its readers see it: the manifest and the lists it vouches for.
 *
 * Legend: `V` tokens of the vocabulary.
 *
 * @module
 */
import { fromCSV } from "arquero";
import { join } from "node:path";
import { readChecked, sha256 } from "../files/checksum.ts";
import { IntegrityError, UsageError } from "../errors.ts";
import { decodeSafetensors } from "../files/safetensors.ts";
import {
  CODE_KINDS,
  type CodeKind,
  DOCUMENT_COLUMNS,
  type DocumentKey,
  type Label,
  LABEL_COLUMNS,
  labelFile,
  type Manifest,
  parseManifest,
  type PerTask,
  perTask,
  type Split,
  SPLITS,
  type Task,
  TASKS,
} from "../schema.ts";

/** Name of the word vectors' tensor, [V, dimensions]. */
export const EMBEDDING = "word_embedding.weight";

/** An opened dataset directory. */
export interface Dataset {
  /** Where it is. */
  readonly directory: string;
  /** What it says of itself. */
  readonly manifest: Manifest;
  /** SHA-256 of `manifest.json`: the dataset's identity, since the manifest names every file's. */
  readonly hash: string;
  /** Labels of each task by index. */
  readonly labels: PerTask<readonly Label[]>;
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
  /** Documents of each split, in the order of its shards. */
  readonly splits: Readonly<Record<Split, readonly DocumentKey[]>>;
}

/**
 * Opens a dataset directory: every list is read and checked against the manifest, and `shards/` holds
 * the named shards and nothing else. The shards' bytes are checked by `readSplit`, the word vectors'
 * by {@linkcode readEmbeddings}.
 *
 * @throws {UsageError} where `directory` is no dataset directory.
 * @throws {IntegrityError} where a file is missing, damaged, or not what the manifest says.
 */
export async function openDataset(directory: string): Promise<Dataset> {
  const bytes = await readManifest(directory);
  const manifest = parseManifest(new TextDecoder().decode(bytes), join(directory, "manifest.json"));
  await checkListing(directory, manifest);
  const read = async (file: string) =>
    new TextDecoder().decode(await readNamed(directory, manifest, file));
  const documents = async (split: Split) =>
    parseDocuments(await read(`splits/${split}.csv`), join(directory, `splits/${split}.csv`));
  const dataset: Dataset = {
    directory,
    manifest,
    hash: sha256(bytes),
    labels: await readLabels(directory, read),
    vocabulary: (await read("vocabulary.txt")).replace(/\n$/, "").split("\n"),
    splits: {
      train: await documents("train"),
      dev: await documents("dev"),
      test: await documents("test"),
    },
  };
  checkCounts(dataset);
  return dataset;
}

/**
 * Reads the word vectors as word2vec left them, row-major [V, dimensions]; row 0 is zeros.
 *
 * @throws {IntegrityError} where the file is not what the manifest says.
 */
export async function readEmbeddings(dataset: Dataset): Promise<Float32Array> {
  const file = "embeddings.safetensors";
  const path = join(dataset.directory, file);
  const bytes = await readNamed(dataset.directory, dataset.manifest, file);
  const tensor = decodeSafetensors(bytes, path).tensors.get(EMBEDDING);
  const shape = [dataset.vocabulary.length, dataset.manifest.options.dimensions];
  if (tensor?.dtype !== "F32" || `${tensor.shape}` !== `${shape}`) {
    refuse(
      path,
      `${tensor?.dtype ?? "no"} ${EMBEDDING} [${tensor?.shape ?? ""}]`,
      `F32 [${shape}]`,
    );
  }
  return tensor.data as Float32Array;
}

async function readManifest(directory: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(join(directory, "manifest.json"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
    throw new UsageError(
      `opening ${directory}: no manifest.json in it; expected a dataset directory such as ` +
        "data/top50; make one with deno task prepare",
    );
  }
}

function readNamed(directory: string, manifest: Manifest, file: string): Promise<Uint8Array> {
  const entry = manifest.files.find((entry) => entry.file === file);
  return entry
    ? readChecked(directory, entry)
    : refuse(join(directory, "manifest.json"), `no ${file} in it`, "the digest of that file");
}

/** A shard more or less than the manifest names is as wrong as a changed one. */
async function checkListing(directory: string, { shards }: Manifest): Promise<void> {
  const named = new Set(shards.map(({ file }) => file));
  try {
    for await (const { name } of Deno.readDir(join(directory, "shards"))) {
      if (!named.delete(`shards/${name}`)) {
        refuse(join(directory, "shards", name), "a file more", "only what the manifest names");
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const [missing] = named;
  if (missing) refuse(join(directory, missing), "no such file", "every shard of the manifest");
}

function checkCounts(dataset: Dataset): void {
  const { manifest, labels, splits, vocabulary } = dataset;
  const pairs: [string, number, number][] = [
    ...TASKS.map((task): [string, number, number] => [
      labelFile(task),
      labels[task].length,
      manifest.labels[task],
    ]),
    ["vocabulary.txt", vocabulary.length, manifest.vocabulary],
    ...SPLITS.map((split): [string, number, number] => [
      `splits/${split}.csv`,
      splits[split].length,
      manifest.documents[split],
    ]),
  ];
  for (const [file, found, expected] of pairs) {
    if (found !== expected) {
      refuse(join(dataset.directory, file), `${found} rows`, `${expected} by the manifest`);
    }
  }
}

/**
 * Reads the label table of each task with `read`, which takes a path inside `directory`.
 *
 * @throws {IntegrityError} where one breaks the contract.
 */
export async function readLabels(
  directory: string,
  read: (file: ReturnType<typeof labelFile>) => Promise<string>,
): Promise<PerTask<readonly Label[]>> {
  const tables = new Map<Task, Label[]>();
  for (const task of TASKS) {
    const file = labelFile(task);
    tables.set(task, parseLabels(await read(file), join(directory, file)));
  }
  return perTask((task) => tables.get(task)!);
}

/**
 * Parses `labels/icd.csv` or `labels/ccs.csv`.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it breaks the contract.
 */
export function parseLabels(csv: string, where: string): Label[] {
  return parseRows(csv, LABEL_COLUMNS, where).map((row, index) => {
    const kind = row.kind as CodeKind;
    const [train, dev, test] = SPLITS.map((split) => Number(row[split]));
    if (
      row.index !== String(index) || !CODE_KINDS.includes(kind) ||
      ![train, dev, test].every(Number.isSafeInteger)
    ) {
      refuse(where, `row ${index} out of place or shape`, LABEL_COLUMNS.join());
    }
    return {
      code: row.code,
      kind,
      title: row.title,
      group: row.group,
      documents: { train: train!, dev: dev!, test: test! },
    };
  });
}

/**
 * Parses `splits/{train,dev,test}.csv`.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it breaks the contract.
 */
export function parseDocuments(csv: string, where: string): DocumentKey[] {
  return parseRows(csv, DOCUMENT_COLUMNS, where).map(({ id, patient }) => ({ id, patient }));
}

function parseRows<Column extends string>(
  csv: string,
  columns: readonly Column[],
  where: string,
): Record<Column, string>[] {
  const table = fromCSV(csv, { autoType: false });
  if (table.columnNames().join() !== columns.join()) {
    refuse(where, `columns ${table.columnNames().join()}`, columns.join());
  }
  const filled = (row: object) => Object.entries(row).map(([column, text]) => [column, text ?? ""]);
  return table.objects().map((row) => Object.fromEntries(filled(row))); // arquero reads "" as null
}

function refuse(path: string, found: string, expected: string): never {
  throw new IntegrityError(`reading ${path}: ${found}; expected ${expected}; prepare again`);
}
