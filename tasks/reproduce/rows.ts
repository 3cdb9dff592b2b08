/**
 * The rows of the paper's tables and figures, each as a training request.
 *
 * @module
 */
import type { Assignments } from "../../model/system.ts";
import { mtRam } from "../../model/zoo/mt_ram.ts";
import { systems } from "../../model/zoo/systems.ts";
import type { ExperimentRow, Protocol, RowRequest } from "../experiment/experiment.ts";

/**
 * A row for each system, under the name that the paper's tables give it. A multi-task system is one run
 * for both label sets, stopped on ICD codes, as the paper has it.
 */
export const systemRows: readonly ExperimentRow[] = systems.map(({ name, title, options }) => {
  const multiTask = "mtl" in options && options.mtl === true;
  return { name: title, request: multiTask ? { model: name, target: "icd" } : { model: name } };
});

/** MARN itself, which every other row is compared with. */
export const marnRow: ExperimentRow = systemRowNamed("MARN");

/** MARN on word vectors as word2vec left them, where its authors divide each by its length. */
export const rawVectorsRow: ExperimentRow = {
  name: "MARN, raw vectors",
  request: { ...marnRow.request, set: ["model.unitEmbedding=false"] },
};

/**
 * Rows of Tables 5 and 6. "w/o FL" is plain cross-entropy, "w/o MTL" the ICD branch alone; the last row
 * is the comparison of the paper's footnote 2.
 */
export const ablationRows: readonly ExperimentRow[] = [
  { name: "w/o MTL", request: { model: "marn", mtl: false } },
  { name: "w/o MTL+FL", request: { model: "marn", mtl: false, loss: "bce" } },
  { name: "w/o RAM", request: { model: "marn", ram: false } },
  { name: "w/o RAM+FL", request: { model: "marn", ram: false, loss: "bce" } },
  { name: "w/o MTL+RAM+FL", request: { model: "marn", mtl: false, ram: false, loss: "bce" } },
  { name: "linear up-sampling", request: { model: "marn", set: ["model.ramUp=linear"] } },
];

/** How MT-RAM's release trains other encoders under its blocks: as itself, on frozen unit vectors. */
const asMtRam: Assignments = {
  ...mtRam.training,
  "model.trainEmbedding": false,
  "model.unitEmbedding": true,
};

/**
 * Figure 8's four bars of one base: MTL, RAM and focal loss added in turn, trained as MT-RAM's release
 * does. The base alone is the system of Table 1.
 */
export function blockRows(name: string, base: string): ExperimentRow[] {
  const blocks = { base, training: asMtRam, mtl: true };
  return [
    { name, request: { base, mtl: false, ram: false, loss: "bce" } },
    { name: `${name} + MTL`, request: { ...blocks, ram: false, loss: "bce" } },
    { name: `${name} + MTL + RAM`, request: { ...blocks, ram: true, loss: "bce" } },
    { name: `${name} + MTL + RAM + FL`, request: { ...blocks, ram: true, loss: "focal" } },
  ];
}

/** The same for the BiGRU with label attention: ablations of MARN, MT-RAM and MARN. */
export const biGruBlockRows: readonly ExperimentRow[] = [
  { name: "BiGRU", request: { base: "bigru", mtl: false, ram: false, loss: "bce" } },
  { name: "BiGRU + MTL", request: { base: "bigru", mtl: true, ram: false, loss: "bce" } },
  { name: "BiGRU + MTL + RAM", base: "bigru", request: systemRowNamed("MT-RAM").request },
  {
    name: "BiGRU + MTL + RAM + FL",
    request: { base: "bigru", mtl: true, ram: true, loss: "focal" },
  },
];

/** Figure 11's curves: MARN with its own loss and with the one that it is held against. */
export const lossRows: readonly ExperimentRow[] = [
  marnRow,
  { name: "w/o FL", request: { ...marnRow.request, loss: "bce" } },
];

/** MARN with one number changed. */
export function variantRow(symbol: string, key: string, value: number): ExperimentRow {
  return { name: `${symbol} = ${value}`, request: { model: "marn", set: [`${key}=${value}`] } };
}

/** What the paper's authors' own code does with every single-task system, all else being MARN's. */
const asPaper: RowRequest = {
  loss: "focal",
  training: {
    "model.trainEmbedding": false,
    "model.unitEmbedding": true,
    "optimizer.clipNorm": 1,
  },
};

/** Their baselines: "BiGRU" has label attention, and DR-CAML's λ is that of the top 50 everywhere. */
const paperRows: readonly ExperimentRow[] = [
  { name: "BiGRU", request: { ...asPaper, base: "bigru", mtl: false, ram: false } },
  { name: "CAML", request: { ...asPaper, model: "caml" } },
  {
    name: "DR-CAML",
    request: {
      ...asPaper,
      model: "dr-caml",
      training: { ...asPaper.training, "model.descriptionWeight": 10 },
    },
  },
  { name: "MultiResCNN", request: { ...asPaper, model: "multi-res-cnn" } },
];

/** The rows of these names under a protocol. MARN's is always its run of Table 1 or 2. */
export function protocolRows(protocol: Protocol, names: readonly string[]): ExperimentRow[] {
  const own = protocol === "paper" ? paperRows : [];
  return names.map((name) => own.find((row) => row.name === name) ?? systemRowNamed(name));
}

function systemRowNamed(name: string): ExperimentRow {
  return systemRows.find((row) => row.name === name)!;
}
