import assert from "node:assert/strict";
import type { AuditedCase } from "../../../model/run/audit_notes.ts";
import {
  encodeWorklist,
  formatAudited,
  formatWorklist,
  listFindings,
  writeWorklist,
} from "../../../tasks/audit/worklist.ts";
import { temporary } from "../../_support/tiny.ts";

const finding = (kind: "missing" | "wrong", code: string, weight: number) => {
  return { kind, code, title: `a "title", of ${code}`, probability: 0.25, weight };
};
const cases: readonly AuditedCase[] = [
  {
    id: "first",
    findings: [finding("missing", "428.0", 3), finding("wrong", "401.9", 1)],
    given: 4,
    strange: ["none such"],
    suggestions: 9,
  },
  { id: "b,2", findings: [finding("wrong", "250.00", 2)], given: 1, strange: [], suggestions: 3 },
  { id: "bare", findings: [], given: 0, strange: [], suggestions: NaN },
];
const usual = { top: Infinity, restricted: false };

Deno.test("the findings of all cases stand in one list, the weightiest first", () => {
  const { items } = listFindings(cases, usual);
  assert.deepEqual(
    items.map(({ rank, id, code }) => [rank, id, code]),
    [[1, "first", "428.0"], [2, "b,2", "250.00"], [3, "first", "401.9"]],
  );
});

Deno.test("the list is cut where it is asked to be, and what was found is counted before", () => {
  const { items, found } = listFindings(cases, { ...usual, top: 1 });
  assert.deepEqual([items.length, found], [1, { missing: 1, wrong: 2 }]);
});

Deno.test("as CSV each finding is a line, its fields in quotes where they must be", () => {
  assert.equal(
    formatWorklist(listFindings(cases, { ...usual, top: 2 })),
    `rank,id,finding,code,title,probability,weight
1,first,missing,428.0,"a ""title"", of 428.0",0.25,3
2,"b,2",wrong,250.00,"a ""title"", of 250.00",0.25,2
`,
  );
});

Deno.test("words stand with their places in a column of their own", () => {
  const words = [{
    word: "cough",
    start: 4,
    end: 9,
    codePointStart: 4,
    codePointEnd: 9,
    weight: 0.5,
  }];
  const [one] = cases[0]!.findings;
  const list = listFindings([{ ...cases[0]!, findings: [{ ...one!, words }] }], usual);
  const [head, line] = formatWorklist(list).split("\n");
  assert.match(head!, /,words$/);
  assert.match(line!, /,cough 4-9$/);
});

Deno.test("as JSON the list says what it is of, and whether it is restricted", () => {
  const list = listFindings(cases, { ...usual, restricted: true });
  const { format, restricted, cases: count, given, strange, suggestions } = JSON.parse(
    encodeWorklist(list),
  );
  assert.deepEqual(
    { format, restricted, count, given, strange, suggestions },
    { format: "marn-worklist", restricted: true, count: 3, given: 5, strange: 1, suggestions: 3 },
  );
});

Deno.test("what was found is said in words, without a case's id", () => {
  assert.equal(
    formatAudited(listFindings(cases, usual)),
    "3 cases, 5 codes: 1 likely missing, 2 likely wrong, 3 of them listed\n" +
      "in the median case 90% of its codes are among the 3 most probable ones",
  );
});

Deno.test("both files are their owner's alone", async () => {
  await using folder = await temporary();
  await writeWorklist(folder.path, listFindings(cases, usual));
  for (const name of ["worklist.csv", "worklist.json"]) {
    const { mode } = await Deno.stat(`${folder.path}/${name}`);
    if (Deno.build.os !== "windows") assert.equal(mode! & 0o777, 0o600, name);
  }
});
