/**
 * A pretrained BERT from a local folder in Hugging Face's layout: `config.json`, `vocab.txt`,
 * `model.safetensors` in 32 or 16 bits and, of a cased one, `tokenizer_config.json`. Nothing is fetched.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { positive } from "../../../pipeline/files/field_schemas.ts";
import { exists, readRegular, readText } from "../../../pipeline/files/read.ts";
import { parseJson } from "../../../pipeline/files/json.ts";
import { describeIssue } from "../../../pipeline/files/json_fault.ts";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import { decodeSafetensors, toFloats } from "../../../pipeline/files/safetensors.ts";
import type { Assets } from "../../system.ts";
import type { BertConfig, BertInputs } from "./bert.ts";
import { spellWords, UNKNOWN_PIECE } from "./word_pieces.ts";

/** What is read of Hugging Face's `config.json`; it holds more. */
const configSchema = v.object({
  vocab_size: positive,
  hidden_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  intermediate_size: positive,
  max_position_embeddings: positive,
  type_vocab_size: v.optional(positive, 2),
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
  rules: v.optional(v.strictObject({
    pieces: v.array(v.string()),
    lowercase: v.boolean(),
    stripAccents: v.nullable(v.boolean()),
  })),
});

/** What is read of `tokenizer_config.json`; without it, letters are made small. */
const tokenizerSchema = v.object({
  do_lower_case: v.optional(v.boolean(), true),
  strip_accents: v.optional(v.nullable(v.boolean()), null),
});

/** Options that say where a pretrained BERT lies. */
export interface BertCheckpointOptions {
  /** Folder of a BERT in Hugging Face's layout; "" for a small encoder from scratch. */
  readonly checkpoint: string;
}

/** The file of a run that holds its BERT's sizes and word pieces. */
const FILE = "bert.json";

/** A run keeps its BERT's sizes and word pieces; the weights are in its own checkpoints. */
export const bertAssets: Assets<BertCheckpointOptions, BertInputs> = {
  read: async ({ checkpoint }, words) =>
    checkpoint === "" ? undefined : await readBertCheckpoint(checkpoint, words),
  files: [FILE],
  format: (bert) => ({ [FILE]: formatBert(bert) }),
  restore: async ({ checkpoint }, read) =>
    checkpoint === "" ? undefined : parseBert(await read(FILE), FILE),
};

/**
 * Reads a checkpoint and spells every one of `words`, by id, in its word pieces. Throws
 * {@linkcode DataError} when a file is missing or not what it should be, `ResourceError` where the
 * system does not let it be read.
 */
export async function readBertCheckpoint(
  folder: string,
  words: readonly string[],
): Promise<BertInputs> {
  const config = await readSizes(folder);
  const pieces = await readPieces(folder, config.vocab_size);
  const lettering = await readLettering(folder);
  await refusePickle(folder);
  const weights = join(folder, "model.safetensors");
  const bytes = await readRegular(weights, (found) => refuse(weights, found));
  const special = (piece: string) => {
    const id = pieces.indexOf(piece);
    if (id >= 0) return id;
    throw new DataError(
      `reading ${
        join(folder, "vocab.txt")
      }: there is no piece ${piece}; expected a BERT's vocabulary`,
    );
  };
  special(UNKNOWN_PIECE);
  const rules = { pieces, ...lettering };
  return {
    config,
    wordPieces: spellWords(rules, words),
    rules,
    cls: special("[CLS]"),
    sep: special("[SEP]"),
    tensors: readTensors(bytes, folder),
  };
}

/** A checkpoint's sizes. */
async function readSizes(folder: string): Promise<BertConfig> {
  const file = "config.json";
  const config = parse(configSchema, await readBertText(folder, file), { folder, file });
  const { hidden_size: channels, num_attention_heads: heads } = config;
  if (channels % heads === 0) return config;
  throw new DataError(
    `reading ${join(folder, file)}: num_attention_heads: ${heads}; expected a divisor of ` +
      `hidden_size, ${channels}, as a BERT has`,
  );
}

/** A checkpoint's word pieces by id: as many as it has vectors, or fewer. */
async function readPieces(folder: string, most: number): Promise<string[]> {
  const pieces = (await readBertText(folder, "vocab.txt")).trimEnd().split(/\r?\n/);
  if (pieces.length <= most) return pieces;
  throw new DataError(
    `reading ${join(folder, "vocab.txt")}: ${pieces.length} pieces, expected at most the ` +
      `${most} of config.json`,
  );
}

async function readBertText(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  return await readText(path, (found) => refuse(path, found));
}

function refuse(path: string, found: string): DataError {
  return new DataError(
    `reading the BERT checkpoint ${path}: ${found}; expected a folder with config.json, vocab.txt and ` +
      "model.safetensors in Hugging Face's layout",
  );
}

/** A BERT's sizes and word pieces as text; its weights are in the checkpoints. */
export function formatBert({ config, cls, sep, rules, wordPieces }: BertInputs): string {
  const pieces = wordPieces.map((pieces) => [...pieces]);
  return JSON.stringify({ config, cls, sep, wordPieces: pieces, rules });
}

/** What {@linkcode formatBert} formatted. Throws {@linkcode IntegrityError} when it is damaged. */
export function parseBert(text: string, where: string): BertInputs {
  try {
    const stored = v.parse(storedSchema, parseJson(text));
    const wordPieces = stored.wordPieces.map((pieces) => Int32Array.from(pieces));
    return { ...stored, wordPieces };
  } catch {
    throw new IntegrityError(
      `reading ${where}: it is damaged; expected the sizes and word pieces of the run's BERT; ` +
        `train the run again`,
    );
  }
}

/** Whether a checkpoint reads small letters alone, and what it does to accents. */
async function readLettering(folder: string) {
  const file = "tokenizer_config.json";
  const path = join(folder, file);
  const text = await exists(path) ? await readBertText(folder, file) : "{}";
  const { do_lower_case, strip_accents } = parse(tokenizerSchema, text, { folder, file });
  return { lowercase: do_lower_case, stripAccents: strip_accents };
}

/** A folder that holds PyTorch's pickle instead is told what to do. Throws {@linkcode DataError}. */
async function refusePickle(folder: string): Promise<void> {
  const path = join(folder, "pytorch_model.bin");
  if (await exists(join(folder, "model.safetensors")) || !await exists(path)) return;
  throw new DataError(
    `reading the BERT checkpoint ${path}: a pickle, which is not read, as it may run code; expected ` +
      `model.safetensors; make it there with python -c "import torch, safetensors.torch as s; ` +
      `w = torch.load('pytorch_model.bin', map_location='cpu', weights_only=True); ` +
      `s.save_file({k: t.clone() for k, t in w.items()}, 'model.safetensors')"`,
  );
}

/** Float tensors by their names without a leading `bert.`. */
function readTensors(bytes: Uint8Array, folder: string): Map<string, Float32Array> {
  const { tensors } = decodeSafetensors(bytes, join(folder, "model.safetensors"));
  const floats = new Map<string, Float32Array>();
  for (const [name, tensor] of tensors) {
    // Older checkpoints call a layer norm's weight and bias gamma and beta.
    const known = name.replace(/^bert\./, "").replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
      .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
    const data = toFloats(tensor);
    if (data) floats.set(known, data);
  }
  return floats;
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  { folder, file }: { folder: string; file: string },
): v.InferOutput<Schema> {
  const refuse = (reason: string): never => {
    throw new DataError(`reading ${join(folder, file)}: ${reason}; expected a BERT's`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("not JSON");
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  return refuse(describeIssue(result.issues[0]));
}
