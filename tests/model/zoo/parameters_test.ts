import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { createModel, systems } from "../../../model/zoo/systems.ts";
import { inputsOf } from "../../_support/inputs.ts";

/** Values of a word vector. */
const E = 100;

/** CCS labels of the two label sets, by their numbers of ICD-9 codes. */
const CCS = { 50: 38, 8921: 295 };

/** ICD-9 codes of the test's label sets that one parent has. */
const SIBLINGS = 10;

type Size = (V: number, Y: 50 | 8921) => number;

const conv = (taps: number, inputs: number, outputs: number) => taps * inputs * outputs;
const linear = (inputs: number, outputs: number) => inputs * outputs + outputs;
/** Label attention over D features: queries, scores, bias; the unused bias of U is left out. */
const lwa = (D: number, Y: number) => 2 * D * Y + Y;
/** Both directions, each with weights of input and state and two biases for its gates. */
const recurrent = (gates: number, H: number) => 2 * gates * H * (E + H + 2);
/** Scale and shift of a norm. */
const norm = (channels: number) => 2 * channels;
const ramBlock = (inputs: number, outputs: number) =>
  conv(3, inputs, outputs) + conv(3, outputs, outputs) + 2 * norm(outputs);
const ram = (C: number) =>
  ramBlock(C, C / 2) + ramBlock(C / 2, C / 4) + ramBlock(C / 4, C / 4) +
  ramBlock(C / 4, C / 2) + ramBlock(C / 2, C);
const kernels = [3, 5, 9, 15, 19, 25];
const channel = (K: number) =>
  conv(K, E, E) + E + conv(K, E, 50) + conv(K, 50, 50) + conv(1, E, 50) + 3 * norm(50);
const channels = kernels.reduce((sum, K) => sum + channel(K), 0);
/** LAAT's attention of width u over 2u features, and its classifier. */
const laat = (u: number, Y: number) => linear(2 * u, Y) + u * 2 * u + u * Y;
/** A level for the codes' parents, their projection, and a level that reads it too. */
const jointLaat = (u: number, Y: number) => {
  const parents = Math.ceil(Y / SIBLINGS);
  return laat(u, parents) + 128 * parents + laat(u, Y) + 128 * Y;
};
/** A transformer layer as BERT has it: four projections, two norms, the feed-forward part. */
const bertLayer = (C: number, inner: number) =>
  4 * linear(C, C) + 2 * norm(C) + linear(C, inner) + linear(inner, C);

/** Trained parameters, worked out from the layers' sizes. */
const sizes: { readonly [system: string]: Size } = {
  "marn": (_V, Y) => recurrent(3, 300) + ram(600) + lwa(600, Y) + lwa(600, CCS[Y]),
  "mt-ram": (_V, Y) => recurrent(3, 300) + ram(600) + lwa(600, Y) + lwa(600, CCS[Y]),
  "cnn": (V, Y) => V * E + conv(4, E, 500) + 500 + linear(500, Y),
  "bigru": (V, Y) => V * E + recurrent(3, 256) + linear(512, Y),
  "caml": (V, Y) => V * E + conv(10, E, 50) + 50 + lwa(50, Y),
  "dr-caml": (V, Y) => 2 * V * E + 2 * (conv(10, E, 50) + 50) + linear(50, 50) + lwa(50, Y),
  "multi-res-cnn": (V, Y) => V * E + channels + lwa(300, Y),
  "laat": (_V, Y) => Y === 50 ? recurrent(4, 256) + laat(256, Y) : recurrent(4, 512) + laat(512, Y),
  "joint-laat": (_V, Y) =>
    Y === 50 ? recurrent(4, 256) + jointLaat(256, Y) : recurrent(4, 512) + jointLaat(512, Y),
  "fusion": (V, Y) =>
    V * E + channels + kernels.length * E + // the pools' scores
    4 * linear(300, 300) + linear(300, 1024) + linear(1024, 300) + 2 * norm(300) +
    lwa(300, Y),
  "mdbert": (V, Y) =>
    // [CLS] and [SEP] beside V pieces, 32 places, one type; 128 sentences
    (V + 2 + 32 + 1) * 128 + norm(128) + 2 * bertLayer(128, 512) +
    128 * 128 + 2 * bertLayer(128, 512) + linear(128, Y),
};

/**
 * Derived from the released code for V = 51,919 with top-50 and full labels; `unused` counts what the
 * release declares and never uses, which is left out here, and `frozen` what is counted there untrained.
 */
const published: Record<string, { counts: [number, number]; unused?: number; frozen?: boolean }> = {
  "cnn": { counts: [5_417_450, 9_861_821] },
  "bigru": { counts: [5_767_438, 10_318_261] },
  "caml": { counts: [5_247_050, 6_151_892], unused: 1 },
  "dr-caml": { counts: [10_491_550, 11_396_392], unused: 1 },
  "multi-res-cnn": { counts: [6_584_400, 11_924_742], unused: 1 },
  "fusion": { counts: [7_563_124, 12_903_466], unused: 1 },
  "laat": { counts: [902_706, 16_750_809] },
  "mt-ram": { counts: [9_199_776, 20_171_632], unused: 1, frozen: true },
};

for (const [name, { counts, unused = 0, frozen = false }] of Object.entries(published)) {
  Deno.test(`the size of ${name} worked out here is that of the released code`, () => {
    const V = 51_919;
    const whole = ([50, 8921] as const).map((Y) => {
      const labels = frozen ? Y + CCS[Y] : Y;
      return sizes[name]!(V, Y) + unused * labels + (frozen ? V * E : 0);
    });
    assert.deepEqual(whole, counts);
  });
}

Deno.test("the size of the recalibrated aggregation module is that of the released code", () => {
  assert.equal(ram(600), 3_178_500);
});

for (const { name } of systems) {
  Deno.test(`${name} has as many trained parameters as its layers' sizes say`, async () => {
    await startEngine(); // whichever: sizes are the same on all
    const V = 60;
    for (const [preset, Y] of [["mimic3-50", 50], ["mimic3-full", 8921]] as const) {
      const icd = Array.from(
        { length: Y },
        (_, i) => `${Math.floor(i / SIBLINGS)}.${i % SIBLINGS}`,
      );
      const inputs = inputsOf({ labels: { icd, ccs: CCS[Y] }, words: V, width: E });
      const model = createModel(resolveConfig({ model: name, preset }), inputs);
      assert.equal(model.weights.parameterCount(), sizes[name]!(V, Y), `${Y} labels`);
      model.weights.dispose();
    }
  });
}
