import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { systems } from "../../../model/zoo/systems.ts";
import { type ExperimentRow, PROTOCOLS } from "../../../tasks/experiment/experiment.ts";
import {
  ablationRows,
  biGruBlockRows,
  blockRows,
  protocolRows,
  rawVectorsRow,
  systemRows,
} from "../../../tasks/reproduce/rows.ts";

Deno.test("every system has a row under its title", () => {
  assert.deepEqual(systemRows.map(({ name }) => name), systems.map(({ title }) => title));
});

Deno.test("a multi-task system is one run for both label sets, stopped on ICD codes", () => {
  const fixed = systemRows.filter(({ request }) => request.target !== undefined);
  assert.deepEqual(fixed.map(({ name, request }) => [name, request.target]), [
    ["MARN", "icd"],
    ["MT-RAM", "icd"],
  ]);
});

const ccsNames = ["BiGRU", "CAML", "DR-CAML", "MultiResCNN", "MARN"];

const lists: { readonly [list: string]: readonly ExperimentRow[] } = {
  systems: systemRows,
  ablations: [...ablationRows, rawVectorsRow],
  "CAML's blocks": blockRows("CAML", "caml"),
  "BiGRU's blocks": biGruBlockRows,
  ...Object.fromEntries(PROTOCOLS.map((protocol) => [protocol, protocolRows(protocol, ccsNames)])),
};

for (const [list, rows] of Object.entries(lists)) {
  Deno.test(`no two rows of ${list} share a name or a configuration`, () => {
    const configs = rows.map(({ request }) => JSON.stringify(resolveConfig(request)));
    assert.equal(new Set(configs).size, rows.length);
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
  });
}

Deno.test("a protocol leaves MARN's row alone, and rows in the order that is asked for", () => {
  const [paper, authors] = PROTOCOLS.map((protocol) => protocolRows(protocol, ccsNames));
  assert.deepEqual(paper!.map(({ name }) => name), ccsNames);
  assert.deepEqual(paper!.at(-1), authors!.at(-1));
});
