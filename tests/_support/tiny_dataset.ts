/** A whole dataset directory of made-up documents, written with the product's own writers. */
import { join } from "node:path";
import { formatVocabulary } from "../../pipeline/dataset/lists.ts";
import { type ShardDocument, writeShards } from "../../pipeline/dataset/write_shards.ts";
import { writeDigested } from "../../pipeline/files/checksum.ts";
import { encodeSafetensors } from "../../pipeline/files/safetensors.ts";
import {
  DATASET_VERSION,
  formatManifest,
  type Manifest,
  type ManifestShard,
} from "../../pipeline/manifest.ts";
import { createRandom } from "../../pipeline/random.ts";
import {
  EMBEDDING,
  labelFile,
  type PerSplit,
  perSplit,
  type PerTask,
  perTask,
  RARE_WORDS_FILE,
  type Split,
  SPLITS,
  type Task,
  TASKS,
} from "../../pipeline/schema.ts";

export interface TinyOptions {
  readonly labelSet?: string;
  readonly documents?: PerSplit<number>;
  readonly vocabulary?: number;
  /** Rare words beyond it; none by default. */
  readonly rareWords?: number;
  /** Of the format; by default the one that is written. */
  readonly version?: Manifest["version"];
  readonly labels?: PerTask<number>;
  /** The longest document; lengths are drawn from 0 to it. */
  readonly longest?: number;
  readonly shardBytes?: number;
  readonly seed?: number;
  readonly restricted?: boolean;
  /** Stands in quotes in every label's title. */
  readonly title?: string;
}

/** What the shards of each split were made from. */
export type TinyDocuments = PerSplit<readonly ShardDocument[]>;

/** Writes a dataset into `directory` (made if missing) and returns its documents. */
export async function writeTinyDataset(
  directory: string,
  options: TinyOptions = {},
): Promise<TinyDocuments> {
  const {
    labelSet = "full",
    documents = { train: 9, dev: 3, test: 4 },
    vocabulary = 12,
    rareWords = 0,
    version = DATASET_VERSION,
    labels = { icd: 6, ccs: 3 },
    longest = 20,
    shardBytes,
    seed = 7,
    restricted = false,
    title = "so called",
  } = options;
  for (const folder of ["labels", "splits", "shards"]) {
    await Deno.mkdir(join(directory, folder), { recursive: true });
  }
  const splits = perSplit((split) =>
    drawDocuments(documents[split], { words: vocabulary + rareWords, labels, longest, seed, split })
  );
  const shards: ManifestShard[] = [];
  for (const split of SPLITS) {
    shards.push(...await writeShards(directory, split, splits[split], shardBytes));
  }
  const files = [];
  for (const [file, content] of lists(splits, vocabulary, labels, title)) {
    files.push(await writeDigested(directory, file, content));
  }
  const rare = Array.from({ length: rareWords }, (_, at) => `rare${at}`);
  if (version > 1) {
    files.push(await writeDigested(directory, RARE_WORDS_FILE, formatVocabulary(rare)));
  }
  const manifest: Manifest = {
    format: "marn-dataset",
    version,
    labelSet,
    restricted,
    synthetic: true,
    options: {
      source: "corpus",
      split: "patient",
      shares: { train: 8, dev: 1, test: 1 },
      top: null,
      topBy: "frequency",
      minCodeDocuments: 1,
      ccsLabels: "separate",
      groupPrefix: 3,
      embedOn: "all",
      minDocuments: 3,
      dimensions: 100,
      seed,
    },
    sources: [],
    stages: [],
    documents,
    patients: documents,
    tokens: perSplit((split) => splits[split].reduce((sum, { tokens }) => sum + tokens.length, 0)),
    labels,
    vocabulary,
    rareWords: version > 1 ? rareWords : undefined,
    topCodes: null,
    shards,
    files,
  };
  await Deno.writeTextFile(join(directory, "manifest.json"), formatManifest(manifest));
  return splits;
}

function drawDocuments(
  count: number,
  { words, labels, longest, seed, split }:
    & Required<Pick<TinyOptions, "labels" | "longest" | "seed">>
    & { words: number; split: Split },
): ShardDocument[] {
  const random = createRandom(seed, `tiny ${split}`);
  const some = (labels: number) =>
    Int32Array.from(
      Array.from({ length: labels }, (_, at) => at).filter(() => random.below(3) === 0),
    );
  return Array.from({ length: count }, (_, at) => {
    // The first is empty, as a note without a word is.
    const tokens = Int32Array.from(
      { length: at === 0 ? 0 : 1 + random.below(longest) },
      () => 1 + random.below(words - 1),
    );
    return {
      tokens,
      sentences: Int32Array.from(tokens.keys()).filter((place) => place % 4 === 0),
      labels: perTask((task) => some(labels[task])),
    };
  });
}

function lists(
  splits: TinyDocuments,
  vocabulary: number,
  labels: PerTask<number>,
  title: string,
): [string, string | Uint8Array][] {
  const table = (task: Task) =>
    "index,code,kind,title,group,train,dev,test\n" +
    Array.from({ length: labels[task] }, (_, at) => {
      const counts = SPLITS.map((split) =>
        splits[split].filter((document) => document.labels[task].includes(at)).length
      );
      return `${at},00${at}.5,diagnosis,"Disease ${at}, ""${title}""",${
        at % labels.ccs
      },${counts}\n`;
    }).join("");
  const embeddings = new Float32Array(vocabulary * 100);
  const random = createRandom(1, "tiny embeddings");
  for (let at = 100; at < embeddings.length; at++) embeddings[at] = random.normal();
  const words = Array.from(
    { length: vocabulary - 2 },
    (_, at) => `word${String(at).padStart(3, "0")}`,
  );
  return [
    ...TASKS.map((task): [string, string] => [labelFile(task), table(task)]),
    ["labels/coverage.csv", "code,kind,title,documents\n"],
    ...SPLITS.map((split): [string, string] => [
      `splits/${split}.csv`,
      "id,patient\n" + splits[split].map((_, at) => `0${at},p${at}\n`).join(""),
    ]),
    ["vocabulary.txt", ["<pad>", "<unk>", ...words].join("\n") + "\n"],
    [
      "embeddings.safetensors",
      encodeSafetensors({
        [EMBEDDING]: { dtype: "F32", shape: [vocabulary, 100], data: embeddings },
      }),
    ],
  ];
}
