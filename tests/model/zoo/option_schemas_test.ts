import assert from "node:assert/strict";
import * as v from "valibot";
import {
  count,
  counts,
  evenCount,
  oddCounts,
  parseCounts,
  rate,
  strength,
} from "../../../model/zoo/option_schemas.ts";

/** What each kind of option takes, and what it refuses. */
const kinds = {
  count: { schema: count, good: [1, 2, 301], bad: [0, -1, 1.5, NaN, 2 ** 53, "1", null] },
  evenCount: { schema: evenCount, good: [2, 300], bad: [0, -2, 1, 301, 2.5, "2"] },
  rate: { schema: rate, good: [0, 0.2, 0.999], bad: [-0.1, 1, NaN, "0.2"] },
  strength: { schema: strength, good: [0, 0.01, 10], bad: [-0.01, Infinity, NaN, "1"] },
  oddCounts: {
    schema: oddCounts,
    good: ["3", "3,5,9", "19,1"],
    bad: ["", "2", "3,4", "3,3", "3,5,3", "3,", 3],
  },
  counts: {
    schema: counts,
    good: ["3", "3,5,9", "10"],
    bad: ["", "0", "3,", ",3", "3, 5", "3,05", "-3", "3.5", 3],
  },
};

for (const [kind, { schema, good, bad }] of Object.entries(kinds)) {
  Deno.test(`${kind} takes ${good.join(" and ")}`, () => {
    assert.deepEqual(good.filter((value) => v.is(schema, value)), good);
  });

  Deno.test(`${kind} refuses ${bad.map((value) => JSON.stringify(value)).join(" and ")}`, () => {
    assert.deepEqual(bad.filter((value) => v.is(schema, value)), []);
  });
}

Deno.test("a list of whole numbers is read as numbers", () => {
  assert.deepEqual(parseCounts("3,15,9"), [3, 15, 9]);
});
