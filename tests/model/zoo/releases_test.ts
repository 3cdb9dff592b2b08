/**
 * Every system's settings on MIMIC-III, key by key, beside those of its release: what the release's code,
 * README or paper says, and where ours differs, why.
 */
import assert from "node:assert/strict";
import { flatten } from "../../../model/config/config.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { Assignments, ConfigValue } from "../../../model/system.ts";
import { systems } from "../../../model/zoo/systems.ts";

/** A value of ours that is not the release's. */
interface Difference {
  readonly ours: ConfigValue;
  readonly why: string;
}

/** What a system's release does, on both label sets and on each. */
interface Release {
  readonly source: string;
  readonly both: Assignments;
  readonly top50: Assignments;
  readonly full: Assignments;
  /** Where ours differs: by key, on one label set. */
  readonly differs?: {
    readonly top50?: Readonly<Record<string, Difference>>;
    readonly full?: Readonly<Record<string, Difference>>;
  };
}

/** PyTorch's Adam without anything more, and plain cross-entropy. */
const plain: Assignments = {
  "loss.name": "bce",
  "optimizer.beta1": 0.9,
  "optimizer.beta2": 0.999,
  "optimizer.epsilon": 1e-8,
  "optimizer.weightDecay": 0,
  "optimizer.clipNorm": 0,
  "optimizer.warmup": 0,
  "optimizer.linearDecay": false,
};

const noBlocks: Assignments = {
  "model.mtl": false,
  "model.ram": false,
  "model.ramUp": "deconvolution",
  "model.dropout": 0.2,
};

/** What grew out of caml-mimic: unit vectors, trained; batches of 16; the first 2,500 tokens. */
const camlLine: Assignments = {
  ...plain,
  "model.embeddingDropout": 0.2,
  "model.trainEmbedding": true,
  "model.unitEmbedding": true,
  batchSize: 16,
  maxTokens: 2500,
};

const stopsAtP8: Assignments = { monitor: "p@8", patience: 10 };

const neverComputed = {
  monitor: { ours: "p@5", why: "its evaluation of 50 labels computes P@5 alone" },
};

/** MARN's network, which is MT-RAM's. */
const marnNetwork: Assignments = {
  "model.hidden": 300,
  "model.embeddingDropout": 0.2,
  "model.trainEmbedding": false,
  "model.unitEmbedding": true,
  "model.mtl": true,
  "model.ram": true,
  "model.ramUp": "deconvolution",
  "model.dropout": 0.2,
  "optimizer.clipNorm": 1,
};

const multiFilter: Assignments = {
  ...camlLine,
  "model.kernels": "3,5,9,15,19,25",
  "model.filters": 50,
  "model.featureDropout": 0.2,
  "optimizer.learningRate": 1e-4,
};

const laat: Assignments = {
  ...plain,
  "optimizer.learningRate": 1e-3,
  "optimizer.epsilon": 1e-6, // of transformers' AdamW
  "model.embeddingDropout": 0.3,
  "model.trainEmbedding": false,
  "model.unitEmbedding": false,
  batchSize: 8,
  maxTokens: 4000,
  epochs: 50,
  patience: 6, // counted as ours: it stops at the sixth epoch without a gain
  monitor: "micro_f1",
};

/** From a reimplementation, JoakimEdin/medical-coding-reproducibility: no command of its own is known. */
const laatTop50: Assignments = { "model.hidden": 256, "model.attention": 256 };
const laatFull: Assignments = { "model.hidden": 512, "model.attention": 512 };

const releases: { readonly [system: string]: Release } = {
  "marn": {
    source: "the paper, §4.2 and §4.6, and VRCMF/MARN for what it leaves open",
    both: {
      ...plain,
      ...marnNetwork,
      "loss.name": "focal",
      "loss.alpha": 0.999,
      "loss.gamma": 2,
      "loss.icdWeight": 0.7,
      "optimizer.learningRate": 1e-3,
      maxTokens: 4000,
      epochs: 50,
      patience: 10,
    },
    top50: { batchSize: 16, monitor: "p@5" },
    full: { batchSize: 64, monitor: "p@8" },
    differs: {
      top50: { epochs: { ours: 100, why: "the paper lets patience alone end training" } },
      full: { epochs: { ours: 100, why: "the paper lets patience alone end training" } },
    },
  },
  "mt-ram": {
    source: "the README of VRCMF/MT-RAM; on all codes its options' help",
    both: {
      ...plain,
      ...marnNetwork,
      "loss.icdWeight": 0.7,
      "optimizer.learningRate": 8e-3,
      maxTokens: 2500,
      monitor: "macro_f1_caml",
      patience: 10,
    },
    top50: { batchSize: 16, epochs: 50 },
    full: { batchSize: 32, epochs: 100 },
  },
  "cnn": {
    source: "caml-mimic's scripts; the top-50 one leaves monitor and patience at their defaults",
    both: {
      ...camlLine,
      "model.filters": 500,
      "model.kernel": 4,
      "optimizer.learningRate": 3e-3,
      epochs: 100,
    },
    top50: { monitor: "micro_f1_caml", patience: 3 },
    full: stopsAtP8,
  },
  "bigru": {
    source: "caml-mimic's scripts; the top-50 one leaves monitor and patience at their defaults",
    both: {
      ...camlLine,
      "model.hidden": 256,
      "model.embeddingDropout": 0, // none is applied
      "optimizer.learningRate": 3e-3,
    },
    top50: { monitor: "micro_f1_caml", patience: 3, epochs: 200 },
    full: { ...stopsAtP8, epochs: 100 },
  },
  "caml": {
    source: "caml-mimic's scripts",
    both: {
      ...camlLine,
      ...noBlocks,
      ...stopsAtP8,
      "model.filters": 50,
      "model.kernel": 10,
      "optimizer.learningRate": 1e-4,
      epochs: 200,
    },
    top50: {},
    full: {},
    differs: { top50: neverComputed },
  },
  "dr-caml": {
    source: "caml-mimic's scripts",
    both: {
      ...camlLine,
      ...stopsAtP8,
      "model.filters": 50,
      "model.kernel": 10,
      "optimizer.learningRate": 1e-4,
      epochs: 200,
    },
    top50: { "model.descriptionWeight": 10 },
    full: { "model.descriptionWeight": 0.01 },
    differs: { top50: neverComputed },
  },
  "multi-res-cnn": {
    source: "the README of foxlf823/Multi-Filter-Residual-Convolutional-Neural-Network",
    both: { ...multiFilter, ...noBlocks, epochs: 500, patience: 10 },
    top50: { monitor: "p@5" },
    full: { monitor: "p@8" },
  },
  "laat": { source: "aehrc/LAAT", both: laat, top50: laatTop50, full: laatFull },
  "joint-laat": {
    source: "aehrc/LAAT",
    both: { ...laat, "model.projection": 128 },
    top50: laatTop50,
    full: laatFull,
  },
  "fusion": {
    source: "machinelearning4health/Fusion-Towards-Automated-ICD-Coding; on the top 50 a " +
      "reimplementation, dalgu90/icd-coding-benchmark",
    both: { ...multiFilter, "model.heads": 4, "model.feedForward": 1024, patience: 10 },
    top50: { monitor: "p@5", epochs: 200 },
    full: { monitor: "p@8", epochs: 30 },
  },
  "mdbert": {
    source: "no release is known: what suits BERT, and the paper's abstract",
    both: {
      ...plain,
      "model.checkpoint": "",
      "model.sentencePieces": 32,
      "model.sentences": 128,
      "model.documentLayers": 2,
      "model.hidden": 128,
      "model.layers": 2,
      "model.heads": 4,
      "model.intermediate": 512,
      "model.dropout": 0.1,
      "optimizer.learningRate": 1e-4,
      "optimizer.weightDecay": 0.01,
      "optimizer.clipNorm": 1,
      "optimizer.warmup": 0.1,
      "optimizer.linearDecay": true,
      batchSize: 8,
      maxTokens: 4000,
      epochs: 30,
      patience: 3,
    },
    top50: { monitor: "p@5" },
    full: { monitor: "p@8" },
  },
};

/** Keys that say nothing of a release: what is trained for, how a step is split, what plain loss ignores. */
const apart = ["model.name", "target", "microTokens", "seed"];
const focal = ["loss.alpha", "loss.gamma", "loss.icdWeight"];

for (const { name } of systems) {
  for (const labels of ["top50", "full"] as const) {
    const release = releases[name]!;
    Deno.test(`${name} on ${labels} is as ${release.source} has it`, () => {
      const preset = labels === "top50" ? "mimic3-50" : "mimic3-full";
      const config = flatten(resolveConfig({ model: name, preset }));
      const theirs = new Map(Object.entries({ ...release.both, ...release[labels] }));
      const differs = Object.entries(release.differs?.[labels] ?? {});
      for (const [key, { ours, why }] of differs) {
        assert.notEqual(theirs.get(key), ours, `${key} differs: ${why}`);
        theirs.set(key, ours);
      }
      const ignored = [...apart, ...focal.filter((key) => !theirs.has(key))];
      const own = [...config].filter(([key]) => !ignored.includes(key));
      assert.deepEqual(Object.fromEntries(own.sort()), Object.fromEntries([...theirs].sort()));
    });
  }
}

/** What a header tells of each release, or says to be as there. */
const topics = ["Vectors", "Masking", "Initialisation", "Batches", "Monitor", "Epochs", "Kept"];
/** Systems that differ from their releases as another does. */
const likeAnother: { readonly [system: string]: string } = {
  "dr-caml": "CAML",
  "joint-laat": "LAAT",
};

for (const { name } of systems.filter(({ name }) => name !== "mdbert")) {
  const other = likeAnother[name];
  const told = other ? `as ${other} does` : topics.join(", ");
  Deno.test(`the header of ${name} tells where it differs from its release: ${told}`, async () => {
    const file = new URL(`../../../model/zoo/${name.replaceAll("-", "_")}.ts`, import.meta.url);
    const [header] = /^\/\*\*.*?\*\//s.exec(await Deno.readTextFile(file))!;
    const differences = /Differs from the release.*/s.exec(header)![0].toLowerCase();
    const expected = other ? [`as ${other} does`] : topics;
    assert.deepEqual(expected.filter((topic) => !differences.includes(topic.toLowerCase())), []);
  });
}
