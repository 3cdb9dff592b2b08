/**
 * Every system's options: plain data, with the schema that checks it. What each does with them stands
 * in `model/zoo/`.
 *
 * @module
 */
import * as v from "valibot";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const rate = v.pipe(v.number(), v.minValue(0), v.ltValue(1));
const strength = v.pipe(v.number(), v.finite(), v.minValue(0));
/** Whole numbers joined by commas, as in "3,5,9". */
const counts = v.pipe(v.string(), v.regex(/^[1-9]\d*(,[1-9]\d*)*$/, "whole numbers such as 3,5,9"));

const embedding = {
  embeddingDropout: rate,
  trainEmbedding: v.boolean(),
  unitEmbedding: v.boolean(),
};
const blocks = { mtl: v.boolean(), ram: v.boolean(), dropout: rate };

const marnSchema = v.strictObject({
  name: v.literal("marn"),
  hidden: v.pipe(count, v.multipleOf(2)),
  ...embedding,
  ...blocks,
});
const mtRamSchema = v.strictObject({
  name: v.literal("mt-ram"),
  hidden: v.pipe(count, v.multipleOf(2)),
  ...embedding,
  ...blocks,
});
const cnnSchema = v.strictObject({
  name: v.literal("cnn"),
  filters: count,
  kernel: count,
  ...embedding,
});
const biGruSchema = v.strictObject({ name: v.literal("bigru"), hidden: count, ...embedding });
const camlSchema = v.strictObject({
  name: v.literal("caml"),
  filters: count,
  kernel: count,
  ...embedding,
  ...blocks,
});
const drCamlSchema = v.strictObject({
  name: v.literal("dr-caml"),
  filters: count,
  kernel: count,
  descriptionWeight: strength,
  ...embedding,
});
const multiResCnnSchema = v.strictObject({
  name: v.literal("multi-res-cnn"),
  kernels: counts,
  filters: count,
  featureDropout: rate,
  ...embedding,
  ...blocks,
});
const laatSchema = v.strictObject({
  name: v.literal("laat"),
  hidden: count,
  attention: count,
  ...embedding,
});
const jointLaatSchema = v.strictObject({
  name: v.literal("joint-laat"),
  hidden: count,
  attention: count,
  projection: count,
  ...embedding,
});
const fusionSchema = v.strictObject({
  name: v.literal("fusion"),
  kernels: counts,
  filters: count,
  heads: count,
  feedForward: count,
  featureDropout: rate,
  ...embedding,
});
const mdBertSchema = v.strictObject({
  name: v.literal("mdbert"),
  checkpoint: v.string(),
  sentencePieces: v.pipe(count, v.minValue(3)),
  sentences: count,
  documentLayers: count,
  hidden: count,
  layers: count,
  heads: count,
  intermediate: count,
  dropout: rate,
});

/** One strict schema per system. */
export const systemSchemas = [
  marnSchema,
  mtRamSchema,
  cnnSchema,
  biGruSchema,
  camlSchema,
  drCamlSchema,
  multiResCnnSchema,
  laatSchema,
  jointLaatSchema,
  fusionSchema,
  mdBertSchema,
] as const;

/** Options of a table of word vectors. */
export interface EmbeddingConfig {
  /** Share of embedding values dropped in training. */
  readonly embeddingDropout: number;
  /** Whether the word vectors are trained too. */
  readonly trainEmbedding: boolean;
  /** Whether each word vector is divided by its length at the start. */
  readonly unitEmbedding: boolean;
}

/** Options of the paper's blocks, which go over any base encoder with label attention. */
export interface BlockConfig {
  /** Multi-task learning: both label branches. Without it, the target's alone. */
  readonly mtl: boolean;
  /** The recalibrated aggregation module. */
  readonly ram: boolean;
  /** Share of the RAM's output dropped in training. */
  readonly dropout: number;
}

/** Options of MARN; with `mtl` and `ram` off it is the paper's BiGRU base. */
export interface MarnConfig extends EmbeddingConfig, BlockConfig {
  /** The system. */
  readonly name: "marn";
  /** Units of each GRU direction, H: even, for the RAM quarters twice of them. */
  readonly hidden: number;
}

/** Options of MT-RAM (Sun et al. 2021). */
export interface MtRamConfig extends EmbeddingConfig, BlockConfig {
  /** The system. */
  readonly name: "mt-ram";
  /** As MARN's. */
  readonly hidden: number;
}

/** Options of the convolutional network with max pooling (Mullenbach et al. 2018). */
export interface CnnConfig extends EmbeddingConfig {
  /** The system. */
  readonly name: "cnn";
  /** Filters of the convolution. */
  readonly filters: number;
  /** Its taps. */
  readonly kernel: number;
}

/** Options of the recurrent network that classifies its final states (Mullenbach et al. 2018). */
export interface BiGruConfig extends EmbeddingConfig {
  /** The system. */
  readonly name: "bigru";
  /** Units of each GRU direction. */
  readonly hidden: number;
}

/** Options of CAML (Mullenbach et al. 2018). */
export interface CamlConfig extends EmbeddingConfig, BlockConfig {
  /** The system. */
  readonly name: "caml";
  /** Filters of the convolution. */
  readonly filters: number;
  /** Its taps. */
  readonly kernel: number;
}

/** Options of DR-CAML (Mullenbach et al. 2018). */
export interface DrCamlConfig extends EmbeddingConfig {
  /** The system. */
  readonly name: "dr-caml";
  /** As CAML's. */
  readonly filters: number;
  /** As CAML's. */
  readonly kernel: number;
  /** Weight of the pull towards the titles' vectors, λ. */
  readonly descriptionWeight: number;
}

/** Options of MultiResCNN (Li and Yu 2020). */
export interface MultiResCnnConfig extends EmbeddingConfig, BlockConfig {
  /** The system. */
  readonly name: "multi-res-cnn";
  /** Taps of the parallel convolutions, odd, as in "3,5,9". */
  readonly kernels: string;
  /** Filters that each ends in. */
  readonly filters: number;
  /** Share of each channel's output dropped in training. */
  readonly featureDropout: number;
}

/** Options of LAAT (Vu et al. 2020). */
export interface LaatConfig extends EmbeddingConfig {
  /** The system. */
  readonly name: "laat";
  /** Units of each LSTM direction, u. */
  readonly hidden: number;
  /** Width of the attention's inner layer, d_a. */
  readonly attention: number;
}

/** Options of JointLAAT (Vu et al. 2020). */
export interface JointLaatConfig extends EmbeddingConfig {
  /** The system. */
  readonly name: "joint-laat";
  /** As LAAT's. */
  readonly hidden: number;
  /** As LAAT's. */
  readonly attention: number;
  /** Width of the first level's summary. */
  readonly projection: number;
}

/** Options of Fusion (Luo et al. 2021). */
export interface FusionConfig extends EmbeddingConfig {
  /** The system. */
  readonly name: "fusion";
  /** As MultiResCNN's. */
  readonly kernels: string;
  /** As MultiResCNN's. */
  readonly filters: number;
  /** Heads of the transformer layer. */
  readonly heads: number;
  /** Channels inside its feed-forward part. */
  readonly feedForward: number;
  /** Share of its output dropped in training. */
  readonly featureDropout: number;
}

/** Options of MDBERT (Zhang and Jankowski 2022). */
export interface MdBertConfig {
  /** The system. */
  readonly name: "mdbert";
  /** Folder of a BERT in Hugging Face's layout; "" for a small encoder from scratch. */
  readonly checkpoint: string;
  /** Word pieces in a sentence, [CLS] and [SEP] included. */
  readonly sentencePieces: number;
  /** Sentences of a document that are read. */
  readonly sentences: number;
  /** Transformer layers over the sentences. */
  readonly documentLayers: number;
  /** Channels of the scratch encoder. */
  readonly hidden: number;
  /** Its layers. */
  readonly layers: number;
  /** Its heads. */
  readonly heads: number;
  /** Channels inside its feed-forward parts. */
  readonly intermediate: number;
  /** Dropout of the scratch encoder. */
  readonly dropout: number;
}

/** A system and its options. */
export type SystemConfig =
  | MarnConfig
  | MtRamConfig
  | CnnConfig
  | BiGruConfig
  | CamlConfig
  | DrCamlConfig
  | MultiResCnnConfig
  | LaatConfig
  | JointLaatConfig
  | FusionConfig
  | MdBertConfig;

/** The numbers of a list such as "3,5,9". */
export function parseCounts(text: string): number[] {
  return text.split(",").map(Number);
}
