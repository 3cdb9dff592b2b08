import assert from "node:assert/strict";
import { StageCounter } from "../../pipeline/stage_counter.ts";

Deno.test("a stage holds its counts, reasons in the alphabet's order, none that never occurs", () => {
  const counter = new StageCounter();
  counter.exclude("without text");
  counter.exclude("duplicate", 2);
  counter.exclude("without text");
  counter.exclude("malformed", 0);
  counter.note("addenda");
  const stage = counter.stage("notes", 9, 5);
  assert.deepEqual(stage, {
    stage: "notes",
    read: 9,
    kept: 5,
    excluded: { duplicate: 2, "without text": 2 },
    noted: { addenda: 1 },
  });
  assert.deepEqual(Object.keys(stage.excluded), ["duplicate", "without text"]);
});

for (const [what, kept] of [["lost", 4], ["counted twice", 6]] as const) {
  Deno.test(`something that is ${what} is a defect`, () => {
    const counter = new StageCounter();
    counter.exclude("duplicate", 4);
    assert.throws(() => counter.stage("notes", 9, kept), {
      name: "RangeError",
      message: /^counting notes: 9 read, \d kept, 4 left out; /,
    });
  });
}
