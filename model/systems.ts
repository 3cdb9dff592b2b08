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

/** The table of word vectors. */
const embedding = {
  /** Share of embedding values dropped in training. */
  embeddingDropout: rate,
  /** Whether the word vectors are trained too. */
  trainEmbedding: v.boolean(),
  /** Whether each word vector is divided by its length at the start. */
  unitEmbedding: v.boolean(),
};

/** The paper's blocks, which go over any base encoder with label attention. */
const blocks = {
  /** Multi-task learning: both label branches. Without it, the target's alone. */
  mtl: v.boolean(),
  /** The recalibrated aggregation module. */
  ram: v.boolean(),
  /** Share of the RAM's output dropped in training. */
  dropout: rate,
};

const marnSchema = v.strictObject({
  name: v.literal("marn"),
  hidden: v.pipe(count, v.multipleOf(2)), // units of each GRU direction: the RAM quarters twice of them
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
  descriptionWeight: strength, // λ
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
  hidden: count, // u, units of each LSTM direction
  attention: count, // d_a
  ...embedding,
});
const jointLaatSchema = v.strictObject({
  name: v.literal("joint-laat"),
  hidden: count,
  attention: count,
  projection: count, // width of the first level's summary
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
  checkpoint: v.string(), // folder in Hugging Face's layout; "" for a small encoder from scratch
  sentencePieces: v.pipe(count, v.minValue(3)), // word pieces in a sentence, [CLS] and [SEP] included
  sentences: count, // sentences of a document that are read
  documentLayers: count,
  hidden: count, // of the scratch encoder alone, as the next three
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

type Options<Schema extends v.GenericSchema> = Readonly<v.InferOutput<Schema>>;

/** Options of MARN; with `mtl` and `ram` off it is the paper's BiGRU base. */
export type MarnConfig = Options<typeof marnSchema>;
/** Options of MT-RAM (Sun et al. 2021). */
export type MtRamConfig = Options<typeof mtRamSchema>;
/** Options of the convolutional network with max pooling (Mullenbach et al. 2018). */
export type CnnConfig = Options<typeof cnnSchema>;
/** Options of the recurrent network that classifies from its final states (Mullenbach et al. 2018). */
export type BiGruConfig = Options<typeof biGruSchema>;
/** Options of CAML (Mullenbach et al. 2018). */
export type CamlConfig = Options<typeof camlSchema>;
/** Options of DR-CAML (Mullenbach et al. 2018). */
export type DrCamlConfig = Options<typeof drCamlSchema>;
/** Options of MultiResCNN (Li and Yu 2020). */
export type MultiResCnnConfig = Options<typeof multiResCnnSchema>;
/** Options of LAAT (Vu et al. 2020). */
export type LaatConfig = Options<typeof laatSchema>;
/** Options of JointLAAT (Vu et al. 2020). */
export type JointLaatConfig = Options<typeof jointLaatSchema>;
/** Options of Fusion (Luo et al. 2021). */
export type FusionConfig = Options<typeof fusionSchema>;
/** Options of MDBERT (Zhang and Jankowski 2022). */
export type MdBertConfig = Options<typeof mdBertSchema>;

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

/** Options of a table of word vectors. */
export type EmbeddingConfig = Pick<
  MarnConfig,
  "embeddingDropout" | "trainEmbedding" | "unitEmbedding"
>;

/** Options of the paper's blocks. */
export type BlockConfig = Pick<MarnConfig, "mtl" | "ram" | "dropout">;

/** The numbers of a list such as "3,5,9". */
export function parseCounts(text: string): number[] {
  return text.split(",").map(Number);
}
