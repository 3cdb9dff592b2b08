/**
 * A dataset directory as its readers see it: the manifest and the lists it vouches for.
 *
 * Legend: `V` tokens of the vocabulary.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { sha256 } from "../files/checksum.ts";
import { exists, isFile, listFolder, readRegular } from "../files/read.ts";
import { decodeSafetensors } from "../files/safetensors.ts";
import { type Manifest, parseManifest } from "../manifest.ts";
import {
  type DocumentKey,
  EMBEDDING,
  EMBEDDINGS_FILE,
  type Label,
  labelFile,
  MANIFEST_FILE,
  type PerSplit,
  perSplit,
  type PerTask,
  RARE_WORDS_FILE,
  type Split,
  splitFile,
  SPLITS,
  TASKS,
  VOCABULARY_FILE,
} from "../schema.ts";
import { damagedFile, readChecked } from "./checked_files.ts";
import { parseDocuments, parseVocabulary, readLabels } from "./lists.ts";

/** An opened dataset directory. */
export interface Dataset {
  /** Path, as it was given. */
  readonly directory: string;
  /** Where it came from, what was left out, every file's digest. */
  readonly manifest: Manifest;
  /** SHA-256 of `manifest.json`: the dataset's identity, since the manifest names every file's. */
  readonly hash: string;
  /** Labels of each task by index. */
  readonly labels: PerTask<readonly Label[]>;
  /** V tokens by id, padding and unknown first. */
  readonly vocabulary: readonly string[];
  /** Words that are too rare for it, whose ids follow on its own; none in format version 1. */
  readonly rareWords: readonly string[];
  /** Documents of each split, in the order of its shards. */
  readonly splits: PerSplit<readonly DocumentKey[]>;
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
  const manifest = parseManifest(new TextDecoder().decode(bytes), join(directory, MANIFEST_FILE));
  await checkListing(directory, manifest);
  const read = async (file: string) =>
    new TextDecoder().decode(await readNamed(directory, manifest, file));
  const documents = async (split: Split) => {
    const file = splitFile(split);
    return parseDocuments(await read(file), join(directory, file));
  };
  const lists = await Promise.all(SPLITS.map(documents));
  const dataset: Dataset = {
    directory,
    manifest,
    hash: sha256(bytes),
    labels: await readLabels(directory, read),
    vocabulary: parseVocabulary(await read(VOCABULARY_FILE)),
    rareWords: manifest.rareWords ? parseVocabulary(await read(RARE_WORDS_FILE)) : [],
    splits: perSplit((_, index) => lists[index]!),
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
  const { directory, manifest, vocabulary } = dataset;
  const path = join(directory, EMBEDDINGS_FILE);
  const bytes = await readNamed(directory, manifest, EMBEDDINGS_FILE);
  const tensor = decodeSafetensors(bytes, path).tensors.get(EMBEDDING);
  const shape = [vocabulary.length, manifest.options.dimensions];
  if (tensor?.dtype !== "F32" || `${tensor.shape}` !== `${shape}`) {
    throw damagedFile(
      path,
      `${tensor?.dtype ?? "no"} ${EMBEDDING} [${tensor?.shape ?? ""}]`,
      `F32 [${shape}]`,
    );
  }
  return tensor.data as Float32Array;
}

/** Whether `directory` is a dataset directory. */
export function isDataset(directory: string): Promise<boolean> {
  return isFile(join(directory, MANIFEST_FILE));
}

/**
 * Opens the dataset directories that `directory` is or holds, in the order of their names.
 *
 * @throws {UsageError} where it is none and holds none.
 * @throws {IntegrityError} as {@linkcode openDataset} does.
 */
export async function openDatasets(directory: string): Promise<Dataset[]> {
  if (await isDataset(directory)) return [await openDataset(directory)];
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  const inner = entries.map(({ name }) => join(directory, name)).sort();
  const found = await Array.fromAsync(inner, async (path) => await isDataset(path) ? [path] : []);
  const paths = found.flat();
  return await Promise.all((paths.length > 0 ? paths : [directory]).map(openDataset));
}

function readManifest(directory: string): Promise<Uint8Array> {
  return readRegular(join(directory, MANIFEST_FILE), (found) =>
    new UsageError(
      `opening ${directory}: ${MANIFEST_FILE}: ${found}; expected a dataset directory such as ` +
        "data/top50; name another, or make one with deno task prepare",
    ));
}

function readNamed(
  directory: string,
  manifest: Manifest,
  file: string,
): Promise<Uint8Array> {
  const entry = manifest.files.find((entry) => entry.file === file);
  if (entry) return readChecked(directory, entry);
  throw damagedFile(
    join(directory, MANIFEST_FILE),
    `no ${file} in it`,
    "the digest of that file",
  );
}

/** A shard more or less than the manifest names is as wrong as a changed one. */
async function checkListing(directory: string, { shards }: Manifest): Promise<void> {
  const named = new Set(shards.map(({ file }) => file));
  const folder = join(directory, "shards");
  const none = (found: string) => damagedFile(folder, found, "the folder of the shards");
  for (const { name } of await exists(folder) ? await listFolder(folder, none) : []) {
    if (named.delete(`shards/${name}`)) continue;
    throw damagedFile(join(folder, name), "a file more", "only what the manifest names");
  }
  const [missing] = named;
  if (missing) {
    throw damagedFile(join(directory, missing), "no such file", "every shard of the manifest");
  }
}

function checkCounts(dataset: Dataset): void {
  const { manifest, labels, splits, vocabulary, rareWords } = dataset;
  const pairs: [string, number, number][] = [
    ...TASKS.map((task): [string, number, number] => [
      labelFile(task),
      labels[task].length,
      manifest.labels[task],
    ]),
    [VOCABULARY_FILE, vocabulary.length, manifest.vocabulary],
    [RARE_WORDS_FILE, rareWords.length, manifest.rareWords ?? 0],
    ...SPLITS.map((split): [string, number, number] => [
      splitFile(split),
      splits[split].length,
      manifest.documents[split],
    ]),
  ];
  for (const [file, found, expected] of pairs) {
    if (found !== expected) {
      throw damagedFile(
        join(dataset.directory, file),
        `${found} rows`,
        `${expected} by the manifest`,
      );
    }
  }
}
