import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { chooseExperiment } from "../../../tasks/reproduce/choose.ts";
import { experimentOf } from "../../_support/experiments.ts";

Deno.test("a table or a figure is chosen by its number, with some of its rows", () => {
  assert.equal(chooseExperiment({ table: 3 }), experimentOf("table-3"));
  assert.equal(chooseExperiment({ figure: 8 }), experimentOf("figure-8"));
  const { rows } = chooseExperiment({ table: 1, models: "CNN, marn" });
  assert.deepEqual(rows.map(({ name }) => name), ["CNN", "MARN"]);
});

Deno.test("tables 3 and 4 are chosen with their protocol", () => {
  assert.equal(chooseExperiment({ table: 4, protocol: "paper" }), experimentOf("table-4"));
  const { id, rows } = chooseExperiment({ table: 4, protocol: "authors", models: "caml" });
  assert.deepEqual([id, rows], ["table-4-authors", [{ name: "CAML", request: { model: "caml" } }]]);
});

Deno.test("neither, both and a number that the paper lacks are refused", () => {
  const cases = [
    [{}, /given nothing, expected one of --table 1, .*, --figure 13$/],
    [{ table: 1, figure: 8 }, /given --table 1 --figure 8, expected one of/],
    [{ figure: 4 }, /given --figure 4, expected one of/],
  ] as const;
  for (const [choice, message] of cases) {
    assert.throws(() => chooseExperiment(choice), (error) => {
      return error instanceof UsageError && message.test(error.message);
    });
  }
});
