import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { selectRows } from "../../../tasks/reproduce/select_rows.ts";
import { experimentOf } from "../../_support/experiments.ts";

const named = (id: string, ...names: string[]) =>
  selectRows(experimentOf(id), names.join(",")).rows.map(({ name }) => name);

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

Deno.test("a row's own name may hold a comma, among others too", () => {
  assert.deepEqual(named("table-1", "MARN, raw vectors"), ["MARN, raw vectors"]);
  assert.deepEqual(named("table-1", "MARN", "MARN, raw vectors", "CNN"), [
    "CNN",
    "MARN",
    "MARN, raw vectors",
  ]);
});

Deno.test("a base encoder has its four bars, whichever system each is", () => {
  assert.deepEqual(named("figure-8", "bigru"), [
    "BiGRU",
    "BiGRU + MTL",
    "BiGRU + MTL + RAM",
    "BiGRU + MTL + RAM + FL",
  ]);
  assert.deepEqual(named("figure-8", "mt-ram"), ["BiGRU + MTL + RAM"]);
  assert.deepEqual(named("table-3", "bigru"), ["BiGRU"]);
});

Deno.test("rows keep the paper's order, and a system that has none comes behind them", () => {
  assert.deepEqual(named("table-3", "MARN", "laat", "LAAT", "caml"), ["CAML", "MARN", "LAAT"]);
});

Deno.test("a name that nothing has is refused with the nearest", () => {
  assert.throws(() => named("table-3", "laat", "camel"), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(
      error.message,
      /^reading --models, "camel": there is no such system, and no such row of table-3;/,
    );
    assert.match(error.message, /expected some of marn, .*\blaat\b.*; the nearest is caml$/);
    return true;
  });
});
