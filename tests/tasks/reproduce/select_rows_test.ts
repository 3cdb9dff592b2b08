import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { selectRows } from "../../../tasks/reproduce/select_rows.ts";
import { experimentOf } from "../../_support/experiments.ts";

const named = (id: string, ...names: string[]) =>
  selectRows(experimentOf(id), names).rows.map(({ name }) => name);

Deno.test("a name is a row's, or that of a system's only row", () => {
  assert.deepEqual(named("table-5", "w/o RAM"), ["w/o RAM"]);
  assert.deepEqual(named("table-5", "marn"), ["MARN"]);
  assert.deepEqual(named("table-1", "cnn", "CNN"), ["CNN"]);
});

Deno.test("a system that stands behind several rows has all of them", () => {
  assert.deepEqual(named("figure-8", "CAML + MTL", "multi-res-cnn"), [
    "CAML + MTL",
    "MultiResCNN",
    "MultiResCNN + MTL",
    "MultiResCNN + MTL + RAM",
    "MultiResCNN + MTL + RAM + FL",
  ]);
  assert.equal(named("figure-13", "marn").length, 10);
});

Deno.test("rows keep the paper's order, and a system that has none comes behind them", () => {
  assert.deepEqual(named("table-3", "MARN", "laat", "LAAT", "caml"), ["CAML", "MARN", "LAAT"]);
});

Deno.test("a name that nothing has is refused with the nearest", () => {
  assert.throws(() => named("table-3", "laat", "camel"), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^reading --models, "camel": table-3 has no such row/);
    assert.match(error.message, /expected some of BiGRU, CAML, .*\blaat\b.*; the nearest is caml$/);
    return true;
  });
});
