/**
 * Where a split's documents lie in its shards: everything but the tokens, which stay on disk. What was
 * checked stays open, or is known again by its identity: a file that takes its place is never read.
 *
 * @module
 */
import { join } from "node:path";
import type { IntegrityError } from "../errors.ts";
import { joinArrays } from "../files/arrays.ts";
import type { Dtype, TensorArray, TensorPlace } from "../files/safetensors.ts";
import { type FileIdentity, identify } from "../files/read.ts";
import { SafetensorsFile } from "../files/safetensors_file.ts";
import type { Manifest, ManifestShard } from "../manifest.ts";
import { type PerTask, perTask, shardFile, type Split, type Task } from "../schema.ts";
import { damagedFile, openChecked } from "./checked_files.ts";
import type { LabelRows } from "./documents.ts";
import type { Dataset } from "./open.ts";

/** A shard whose every byte was checked. */
export interface CheckedShard {
  readonly path: string;
  /** What it was then. */
  readonly identity: FileIdentity;
}

/** Where a split's documents lie. Plain data, which can be sent to another thread. */
export interface SplitLayout {
  readonly shards: readonly CheckedShard[];
  /** First row of each shard, and the number of all rows. */
  readonly firstRows: readonly number[];
  /** Byte of its shard at which each document's tokens start. */
  readonly starts: Float64Array;
  /** Tokens of each document, not cut. */
  readonly lengths: Int32Array;
  /** Label rows of all documents. */
  readonly labels: PerTask<LabelRows>;
  /** Places at which each document's sentences begin; absent in format version 1. */
  readonly sentences: LabelRows | undefined;
  /** Tokens of the vocabulary; ids of rare words follow. */
  readonly vocabulary: number;
  /** Every token id is below this. */
  readonly words: number;
  /** Whether rare words keep their ids, instead of being `UNKNOWN`. */
  readonly keepsRare: boolean;
}

/** How words beyond the vocabulary are read. */
export interface WordOptions {
  /** Whether rare words keep their ids, from the vocabulary's size on; otherwise they are `UNKNOWN`. */
  readonly keepsRare?: boolean | undefined;
}

/** A split's layout, and its shards as they were checked: open. The caller closes them. */
export interface OpenLayout {
  readonly layout: SplitLayout;
  readonly files: readonly Deno.FsFile[];
}

/**
 * Checks every byte of a split's shards against the manifest and reads where its documents lie.
 *
 * @throws {IntegrityError} where a shard is missing, damaged, swapped or breaks the contract.
 * @throws {ResourceError} where the system does not let one be read.
 */
export async function openLayout(
  dataset: Dataset,
  split: Split,
  options: WordOptions = {},
): Promise<OpenLayout> {
  using opened = new DisposableStack();
  const files: Deno.FsFile[] = [];
  const keep = (file: Deno.FsFile) => files.push(opened.use(file));
  const layout = await readLayout(dataset, split, options, keep);
  opened.move();
  return { layout, files };
}

async function readLayout(
  dataset: Dataset,
  split: Split,
  { keepsRare = false }: WordOptions,
  keep: (file: Deno.FsFile) => void,
): Promise<SplitLayout> {
  const { manifest, vocabulary, rareWords } = dataset;
  const { contents, firstRows } = await readContents(dataset, split, keep);
  return {
    shards: contents.map(({ shard }) => shard),
    firstRows,
    starts: joinArrays(Float64Array, contents.map(({ starts }) => starts)),
    lengths: joinArrays(Int32Array, contents.map(({ lengths }) => lengths)),
    labels: perTask((task) => concatenateRows(contents.map(({ labels }) => labels[task]))),
    sentences: hasSentences(manifest)
      ? concatenateRows(contents.map(({ sentences }) => sentences!))
      : undefined,
    vocabulary: vocabulary.length,
    words: vocabulary.length + rareWords.length,
    keepsRare,
  };
}

/** The shards of a split in order; the first row of each, and the number of all rows. */
async function readContents(
  { directory, manifest }: Dataset,
  split: Split,
  keep: (file: Deno.FsFile) => void,
): Promise<{ readonly contents: ShardContent[]; readonly firstRows: number[] }> {
  const shards = manifest.shards.filter((shard) => shard.split === split);
  const contents: ShardContent[] = [];
  const firstRows = [0];
  for (const [number, shard] of shards.entries()) {
    const path = join(directory, shard.file);
    const firstRow = firstRows[number]!;
    if (shard.file !== shardFile(split, number)) {
      throw damagedFile(path, `shard ${number} of ${split}`, shardFile(split, number));
    }
    const file = await openChecked(directory, shard);
    keep(file);
    contents.push(new ShardFile(file, path, shard).read(manifest, firstRow));
    firstRows.push(firstRow + shard.documents);
  }
  const documents = firstRows.at(-1)!;
  if (documents !== manifest.documents[split]) {
    throw damagedFile(
      directory,
      `${documents} documents in ${split}`,
      `${manifest.documents[split]}`,
    );
  }
  return { contents, firstRows };
}

/** Format version 1 does not say where sentences begin. */
function hasSentences({ version }: Manifest): boolean {
  return version > 1;
}

/** Where the documents of one shard lie; see {@linkcode SplitLayout}. */
interface ShardContent extends Pick<SplitLayout, "starts" | "lengths" | "labels" | "sentences"> {
  readonly shard: CheckedShard;
}

/** What a shard says but its tokens, whose bytes the checksum vouches for. */
class ShardFile {
  readonly #file: SafetensorsFile;
  readonly #path: string;
  readonly #shard: ManifestShard;

  readonly #identity: FileIdentity;

  constructor(file: Deno.FsFile, path: string, shard: ManifestShard) {
    this.#file = new SafetensorsFile(file, path);
    this.#identity = identify(file);
    this.#path = path;
    this.#shard = shard;
  }

  /** All of it; the first of its documents is `firstRow` of the split. */
  read(manifest: Manifest, firstRow: number): ShardContent {
    this.#checkRows(firstRow);
    const { starts, lengths } = this.#tokens();
    return {
      shard: { path: this.#path, identity: this.#identity },
      starts,
      lengths,
      labels: perTask((task) => this.#labels(task, manifest.labels[task])),
      sentences: hasSentences(manifest) ? this.#sentences(lengths) : undefined,
    };
  }

  /** Byte at which each document's tokens start, and how many there are. */
  #tokens(): { starts: Float64Array; lengths: Int32Array } {
    const { begin, shape } = this.#place("tokens", "I32");
    if (shape[0] !== this.#shard.tokens) {
      throw this.#damaged(`${shape[0]} tokens`, `${this.#shard.tokens} by the manifest`);
    }
    const offsets = this.#offsets("offsets", this.#shard.tokens);
    const starts = Float64Array.from(offsets, (offset) => this.#file.dataAt + begin + 4 * offset);
    const lengths = offsets.subarray(1).map((end, at) => end - offsets[at]!);
    return { starts: starts.subarray(0, -1), lengths };
  }

  /** Labels of the shard's documents, ascending and below `count`. */
  #labels(task: Task, count: number): LabelRows {
    return this.#rows(task, `${task}_offsets`, () => count);
  }

  /** Places at which sentences begin, ascending and below each document's length. */
  #sentences(lengths: Int32Array): LabelRows {
    return this.#rows("sentences", "sentence_offsets", (row) => lengths[row]!);
  }

  /** A list of ascending numbers for each document, all below a limit of its own. */
  #rows(name: string, offsetsName: string, limitOf: (row: number) => number): LabelRows {
    const indices = this.#array(name, "I32") as Int32Array;
    const offsets = this.#offsets(offsetsName, indices.length);
    for (let row = 0; row + 1 < offsets.length; row++) {
      const limit = limitOf(row);
      let last = -1;
      for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
        if (indices[at]! <= last || indices[at]! >= limit) {
          throw this.#damaged(`${name} ${indices[at]}`, `ascending ones below ${limit}`);
        }
        last = indices[at]!;
      }
    }
    return { offsets, indices };
  }

  /** The documents must be those of the split's list that follow on the last shard's. */
  #checkRows(firstRow: number): void {
    const rows = this.#array("documents", "I64") as BigInt64Array;
    const { documents } = this.#shard;
    if (rows.length !== documents || rows.some((row, at) => row !== BigInt(firstRow + at))) {
      throw this.#damaged("other documents", `rows ${firstRow} to ${firstRow + documents - 1}`);
    }
  }

  /** Offsets of compressed rows, one per document and one more, rising from 0 to `total`. */
  #offsets(name: string, total: number): Int32Array {
    const offsets = Int32Array.from(this.#array(name, "I64") as BigInt64Array, Number);
    const rising = offsets.every((offset, at) => offset >= (at ? offsets[at - 1]! : 0));
    if (
      offsets.length !== this.#shard.documents + 1 || offsets[0] !== 0 ||
      offsets.at(-1) !== total || !rising
    ) {
      throw this.#damaged(
        `other ${name}`,
        `${this.#shard.documents + 1} rising from 0 to ${total}`,
      );
    }
    return offsets;
  }

  #array(name: string, dtype: Dtype): TensorArray {
    return this.#file.read(this.#place(name, dtype));
  }

  #place(name: string, dtype: Dtype): TensorPlace {
    const place = this.#file.header.tensors.get(name);
    if (place?.dtype !== dtype || place.shape.length !== 1) {
      throw this.#damaged(`no ${dtype} ${name} of one dimension`, "the tensors of a shard");
    }
    return place;
  }

  #damaged(found: string, expected: string): IntegrityError {
    return damagedFile(this.#path, found, expected);
  }
}

/** Compressed rows one behind the other. */
function concatenateRows(parts: readonly LabelRows[]): LabelRows {
  const indices = joinArrays(Int32Array, parts.map((part) => part.indices));
  let first = 0;
  const offsets = parts.map((part) => {
    const shifted = part.offsets.subarray(1).map((offset) => first + offset);
    first += part.indices.length;
    return shifted;
  });
  return { offsets: joinArrays(Int32Array, [new Int32Array(1), ...offsets]), indices };
}
