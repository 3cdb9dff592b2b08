/**
 * A pretrained BERT from a local folder in Hugging Face's layout: `config.json`, `vocab.txt` and
 * `model.safetensors`. Nothing is fetched.
 *
 * @module
 */
import { Tokenizer } from "@huggingface/tokenizers";
import { join } from "node:path";
import * as v from "valibot";
import { writeAtomic } from "../../../pipeline/files/write.ts";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import { decodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import type { Assets } from "../../system.ts";
import type { BertInputs } from "./bert.ts";
import { PADDING, UNKNOWN } from "../../../pipeline/schema.ts";

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** What is read of Hugging Face's `config.json`; it holds more. */
const configSchema = v.object({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: v.optional(size, 2),
  layer_norm_eps: v.optional(v.number(), 1e-12),
  initializer_range: v.optional(v.number(), 0.02),
  hidden_dropout_prob: v.optional(v.number(), 0.1),
  hidden_act: v.optional(v.literal("gelu"), "gelu"),
  // Relatives of BERT use the same keys for something else.
  model_type: v.optional(v.literal("bert"), "bert"),
  position_embedding_type: v.optional(v.literal("absolute"), "absolute"),
});

const storedSchema = v.strictObject({
  config: v.object(configSchema.entries),
  cls: v.number(),
  sep: v.number(),
  wordPieces: v.array(v.array(v.number())),
});

/** Options that say where a pretrained BERT lies. */
export interface BertCheckpointOptions {
  /** Folder of a BERT in Hugging Face's layout; "" for a small encoder from scratch. */
  readonly checkpoint: string;
}

/** A run keeps its BERT's sizes and word pieces; the weights are in its own checkpoints. */
export const bertAssets: Assets<BertCheckpointOptions, BertInputs> = {
  read: async ({ checkpoint }, vocabulary) =>
    checkpoint === "" ? undefined : await readBertCheckpoint(checkpoint, vocabulary),
  store: storeBert,
  restore: async ({ checkpoint }, directory) =>
    checkpoint === "" ? undefined : await restoreBert(directory),
};

/** The file of a run that holds its BERT's sizes and word pieces. */
const FILE = "bert.json";

/**
 * Reads a checkpoint and spells every token of `vocabulary` in its word pieces. Throws
 * {@linkcode DataError} when a file is missing or not what it should be.
 */
export async function readBertCheckpoint(
  folder: string,
  vocabulary: readonly string[],
): Promise<BertInputs> {
  const read = async <T>(name: string, as: (path: string) => Promise<T>): Promise<T> => {
    const path = join(folder, name);
    return await as(path).catch(() => {
      throw new DataError(
        `reading the BERT checkpoint ${path}: no such file; expected a folder with config.json, ` +
          `vocab.txt and model.safetensors in Hugging Face's layout`,
      );
    });
  };
  const config = parse(configSchema, await read("config.json", Deno.readTextFile), folder);
  const pieces = (await read("vocab.txt", Deno.readTextFile)).trimEnd().split(/\r?\n/);
  if (pieces.length > config.vocab_size) {
    throw new DataError(
      `reading ${join(folder, "vocab.txt")}: ${pieces.length} pieces, expected at most the ` +
        `${config.vocab_size} of config.json`,
    );
  }
  const bytes = await read("model.safetensors", Deno.readFile);
  const special = (piece: string) => {
    const id = pieces.indexOf(piece);
    if (id >= 0) return id;
    throw new DataError(
      `reading ${
        join(folder, "vocab.txt")
      }: there is no piece ${piece}; expected a BERT's vocabulary`,
    );
  };
  return {
    config,
    wordPieces: spell(vocabulary, pieces, special("[UNK]")),
    cls: special("[CLS]"),
    sep: special("[SEP]"),
    tensors: readTensors(bytes, folder),
  };
}

/** Keeps a BERT's sizes and word pieces in a run directory; its weights are in the checkpoints. */
export async function storeBert(bert: BertInputs, directory: string): Promise<void> {
  const { config, cls, sep } = bert;
  const wordPieces = bert.wordPieces.map((pieces) => [...pieces]);
  await writeAtomic(join(directory, FILE), JSON.stringify({ config, cls, sep, wordPieces }));
}

/** What {@linkcode storeBert} kept. Throws {@linkcode IntegrityError} when it is damaged. */
export async function restoreBert(directory: string): Promise<BertInputs> {
  const path = join(directory, FILE);
  try {
    const stored = v.parse(storedSchema, JSON.parse(await Deno.readTextFile(path)));
    const wordPieces = stored.wordPieces.map((pieces) => Int32Array.from(pieces));
    return { ...stored, wordPieces };
  } catch {
    throw new IntegrityError(
      `reading ${path}: missing or damaged; expected the sizes and word pieces of the run's BERT; ` +
        `train the run again`,
    );
  }
}

/** Word pieces of each token: BERT's own lower-casing, splitting and longest-match-first pieces. */
function spell(
  vocabulary: readonly string[],
  pieces: readonly string[],
  unknown: number,
): Int32Array[] {
  const tokenizer = new Tokenizer({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  }, {});
  return vocabulary.map((token, id) => {
    if (id === PADDING) return new Int32Array();
    if (id === UNKNOWN) return Int32Array.of(unknown);
    return Int32Array.from(tokenizer.encode(token, { add_special_tokens: false }).ids);
  });
}

/** Float tensors by their names without a leading `bert.`. */
function readTensors(bytes: Uint8Array, folder: string): Map<string, Float32Array> {
  const { tensors } = decodeSafetensors(bytes, join(folder, "model.safetensors"));
  const floats = new Map<string, Float32Array>();
  for (const [name, { data }] of tensors) {
    // Older checkpoints call a layer norm's weight and bias gamma and beta.
    const known = name.replace(/^bert\./, "").replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
      .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
    if (data instanceof Float32Array) floats.set(known, data);
  }
  return floats;
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  folder: string,
): v.InferOutput<Schema> {
  const refuse = (reason: string): never => {
    throw new DataError(`reading ${join(folder, "config.json")}: ${reason}; expected a BERT's`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("not JSON");
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  return refuse(`${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}
