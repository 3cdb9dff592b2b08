import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { onEveryEngine } from "../../_support/engines.ts";

/** Word width, and CCS labels of the two label sets. */
const E = 100;
const CCS = { 50: 38, 8921: 295 };

type Size = (V: number, Y: 50 | 8921) => number;

const conv = (taps: number, inputs: number, outputs: number) => taps * inputs * outputs;
const linear = (inputs: number, outputs: number) => inputs * outputs + outputs;
/** Label attention over D features: queries, scores, bias; the unused bias of U is left out. */
const lwa = (D: number, Y: number) => 2 * D * Y + Y;
/** Both directions, each with weights of input and state and two biases for its gates. */
const recurrent = (gates: number, H: number) => 2 * gates * H * (E + H + 2);
const batchNorm = (channels: number) => 2 * channels;
const ramBlock = (inputs: number, outputs: number) =>
  conv(3, inputs, outputs) + conv(3, outputs, outputs) + 2 * batchNorm(outputs);
const ram = (C: number) =>
  ramBlock(C, C / 2) + ramBlock(C / 2, C / 4) + ramBlock(C / 4, C / 4) +
  ramBlock(C / 4, C / 2) + ramBlock(C / 2, C);
const kernels = [3, 5, 9, 15, 19, 25];
const channel = (K: number) =>
  conv(K, E, E) + E + conv(K, E, 50) + conv(K, 50, 50) + conv(1, E, 50) + 3 * batchNorm(50);
const channels = kernels.reduce((sum, K) => sum + channel(K), 0);
const laat = (u: number, Y: number) => linear(2 * u, Y) + u * 2 * u + u * Y;

/** Trained parameters, worked out from the layers' sizes. */
const sizes: { readonly [system: string]: Size } = {
  "marn": (_V, Y) => recurrent(3, 300) + ram(600) + lwa(600, Y) + lwa(600, CCS[Y]),
  "mt-ram": (_V, Y) => recurrent(3, 300) + ram(600) + lwa(600, Y) + lwa(600, CCS[Y]),
  "cnn": (V, Y) => V * E + conv(4, E, 500) + 500 + linear(500, Y),
  "bigru": (V, Y) => V * E + recurrent(3, 256) + linear(512, Y),
  "caml": (V, Y) => V * E + conv(10, E, 50) + 50 + lwa(50, Y),
  "dr-caml": (V, Y) => 2 * V * E + 2 * (conv(10, E, 50) + 50) + linear(50, 50) + lwa(50, Y),
  "multi-res-cnn": (V, Y) => V * E + channels + lwa(300, Y),
  "fusion": (V, Y) =>
    V * E + channels + kernels.length * E + // the pools' scores
    4 * linear(300, 300) + linear(300, 1024) + linear(1024, 300) + 2 * batchNorm(300) +
    lwa(300, Y),
  "laat": (_V, Y) => Y === 50 ? recurrent(4, 256) + laat(256, Y) : recurrent(4, 512) + laat(512, Y),
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

Deno.test("the sizes worked out here are those derived from the released code", () => {
  const V = 51_919;
  for (const [name, { counts, unused = 0, frozen = false }] of Object.entries(published)) {
    for (const [i, Y] of ([50, 8921] as const).entries()) {
      const labels = frozen ? Y + CCS[Y] : Y;
      const here = sizes[name]!(V, Y);
      assert.equal(
        here + unused * labels + (frozen ? V * E : 0),
        counts[i],
        `${name}, ${Y} labels`,
      );
    }
  }
});

onEveryEngine("every system has as many trained parameters as its layers' sizes say", () => {
  const V = 60;
  for (const [name, size] of Object.entries(sizes)) {
    for (const [preset, Y] of [["mimic3-50", 50], ["mimic3-full", 8921]] as const) {
      const inputs = inputsOf({ labels: { icd: Y, ccs: CCS[Y] }, words: V, width: E });
      const model = createModel(resolveConfig({ model: name, preset }), inputs);
      assert.equal(model.weights.parameterCount(), size(V, Y), `${name}, ${Y} labels`);
      model.weights.dispose();
    }
  }
});
