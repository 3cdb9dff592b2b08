import assert from "node:assert/strict";
import { parseMdace } from "../../../pipeline/evidence/mdace.ts";

/** An admission as MDACE has it. */
const ADMISSION = {
  hadm_id: 100197,
  comment: "",
  notes: [{
    note_id: 25762,
    category: "Discharge summary",
    description: "Report",
    annotations: [{
      begin: 374,
      end: 377,
      code: "431",
      code_system: "ICD-9-CM",
      description: "Intracerebral hemorrhage",
      type: "Human",
    }],
  }],
};

Deno.test("an annotation of MDACE has its admission, its note and its passage", () => {
  assert.deepEqual(parseMdace(JSON.stringify(ADMISSION), "a.json"), [{
    document: "100197",
    note: 25762,
    code: "431",
    stretches: [{ start: 374, end: 377 }],
    where: "a.json, annotation 1 of note 25762",
  }]);
});

for (
  const [what, text, found] of [
    ["no JSON", '{"canary"', /a\.json: no JSON/],
    ["another object", '{"canary": 1}', /its hadm_id is not as it should be/],
    [
      "a passage that ends before it begins",
      JSON.stringify(ADMISSION).replace('"end":377', '"end":7'),
      /its notes\.0\.annotations\.0 is not as it should be/,
    ],
  ] as const
) {
  Deno.test(`${what} is no admission of MDACE's`, () => {
    assert.throws(() => parseMdace(text, "a.json"), (error: Error) => {
      assert.equal(error.name, "DataError");
      assert.match(error.message, found);
      assert.doesNotMatch(error.message, /canary(?!")/);
      return true;
    });
  });
}
