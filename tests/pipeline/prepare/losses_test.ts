import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import type { Stage } from "../../../pipeline/manifest.ts";
import {
  describeIds,
  describeLosses,
  findLosses,
  refuseLosses,
} from "../../../pipeline/prepare/losses.ts";

function stage(kept: number, excluded: Record<string, number> = {}): Stage {
  const read = Object.values(excluded).reduce((sum, count) => sum + count, kept);
  return { stage: "", read, kept, excluded, noted: {} };
}

/** Losses of 100 notes, 200 codes and 100 documents less what is told. */
function losses(
  told: {
    notes?: Record<string, number>;
    codes?: Record<string, number>;
    documents?: Record<string, number>;
    withoutNote?: number;
    titles?: { codes: number; without: number };
  },
) {
  const stages = {
    notes: stage(100, told.notes),
    codes: stage(200, told.codes),
    documents: stage(100, told.documents),
  };
  return findLosses({ stages, withoutNote: told.withoutNote ?? 0, titles: told.titles });
}

const refused = (found: ReturnType<typeof losses>, hint = "") => {
  try {
    refuseLosses(found, hint);
  } catch (error) {
    assert.ok(error instanceof DataError);
    return error.message;
  }
  return undefined;
};

Deno.test("fault 61: what is not lost is not counted", () => {
  const found = losses({
    notes: { "another category": 900, "exact duplicate of a row": 900 },
    codes: { "duplicate of a code of the same document": 900 },
  });
  assert.deepEqual(found.map(({ lost }) => lost), [0, 0, 0]);
});

Deno.test("fault 61: a hundredth is not said, more is", () => {
  assert.deepEqual(describeLosses(losses({ documents: { "without codes": 1 } })), []);
  assert.deepEqual(describeLosses(losses({ documents: { "without codes": 2 } })), [
    "2 of 102 documents (2.0%) are lost: 2 without codes",
  ]);
});

Deno.test("fault 61: a loss is summed over its reasons", () => {
  const [documents, codes] = losses({
    notes: { "empty text": 3, "without an id": 2 },
    documents: { "without codes": 5 },
    codes: { "without a code": 4 },
    withoutNote: 6,
  });
  assert.deepEqual([documents!.lost, documents!.of], [10, 110]);
  assert.deepEqual([codes!.lost, codes!.of], [10, 204]);
  assert.deepEqual(describeLosses([codes!]), [
    "10 of 204 codes (4.9%) are lost: 4 without a code, 6 of ids without a note",
  ]);
});

const great = [
  ["documents", { documents: { "without codes": 26 } }],
  ["codes", { withoutNote: 41 }],
  ["titles", { titles: { codes: 10, without: 3 } }],
] as const;
for (const [what, told] of great) {
  Deno.test(`fault 61: more than a fifth of the ${what} is refused`, () => {
    const message = refused(losses(told));
    assert.match(message!, new RegExp(`\\d+ of \\d+ ${what} \\(\\d\\d\\.\\d%\\) are lost: \\d+ `));
    assert.match(message!, /expected at most 20%; correct the tables, or go on .*--allow-loss$/);
  });
}

Deno.test("fault 61: a fifth is not refused, and neither is nothing of nothing", () => {
  assert.equal(refused(losses({ documents: { "without codes": 25 } })), undefined);
  assert.equal(refused(losses({ titles: { codes: 0, without: 0 } })), undefined);
});

Deno.test("fault 60: ids of both sides are shown where they do not match", () => {
  const sides = { notes: new Set(["145834", "145835"]), labels: new Set(["1.46E+05"]), codes: [] };
  const said = describeIds(sides);
  assert.equal(said, "notes have ids like 145834, 145835, labels like 1.46E+05; 0 of 2 match");
  assert.ok(refused(losses({ documents: { "without codes": 90 } }), said)!.includes(said));
  assert.equal(describeIds({ ...sides, labels: sides.notes }), "");
});

Deno.test("fault 60: ids that may be text are not shown", () => {
  const sides = { notes: new Set(["xyzzy is a man"]), labels: new Set(["n1"]), codes: [] };
  assert.equal(
    describeIds(sides),
    "notes have ids like a text of 14 characters, labels like n1; 0 of 1 match",
  );
});

Deno.test("fault 60: columns that were mistaken for each other are told", () => {
  const sides = { notes: new Set(["n1", "n2"]), labels: new Set(["4280"]), codes: ["n1", "n2"] };
  assert.match(describeIds(sides), /the codes are ids of notes: .*--id-column and --code-column$/);
});
