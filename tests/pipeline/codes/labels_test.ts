import assert from "node:assert/strict";
import fc from "fast-check";
import {
  buildLabels,
  type Code,
  type CodedDocument,
  codesInUse,
  compareLists,
  countDocuments,
  formatIcd9,
  labelsOf,
  mostFrequent,
  uncovered,
  uncoveredShare,
} from "../../../pipeline/codes/labels.ts";

Deno.test("points stand where ICD-9 has them", () => {
  const formatted: [("diagnosis" | "procedure"), string, string | undefined][] = [
    ["diagnosis", "4280", "428.0"],
    ["diagnosis", "25000", "250.00"],
    ["diagnosis", "042", "042"],
    ["diagnosis", "0389", "038.9"],
    ["diagnosis", "V5861", "V58.61"],
    ["diagnosis", "E8798", "E879.8"],
    ["diagnosis", "E849", "E849"],
    ["diagnosis", " v5861 ", "V58.61"],
    ["diagnosis", "428.0", "428.0"],
    ["diagnosis", "42.80", undefined],
    ["diagnosis", "42", undefined],
    ["diagnosis", "4280000", undefined],
    ["diagnosis", "", undefined],
    ["procedure", "0066", "00.66"],
    ["procedure", "370", "37.0"],
    ["procedure", "17", "17"],
    ["procedure", "96.04", "96.04"],
    ["procedure", "V5861", undefined],
    ["procedure", "96041", undefined],
  ];
  for (const [kind, raw, expected] of formatted) {
    assert.equal(formatIcd9(kind, raw), expected, `${kind} ${raw}`);
  }
});

Deno.test("property: formatting twice changes nothing and loses no character", () => {
  fc.assert(fc.property(fc.stringMatching(/^(\d{3}|V\d{2}|E\d{3})\d{0,2}$/), (raw) => {
    const code = formatIcd9("diagnosis", raw)!;
    assert.equal(code.replace(".", ""), raw);
    assert.equal(formatIcd9("diagnosis", code), code);
  }));
});

const codes: Code[] = [
  { kind: "procedure", code: "00.66", title: "PTCA" },
  { kind: "diagnosis", code: "038.9", title: "" },
  { kind: "diagnosis", code: "428.0", title: "CHF" },
  { kind: "diagnosis", code: "599.0", title: "UTI" },
];
const documents: CodedDocument[] = [
  { codes: Int32Array.of(0, 2), split: "train" },
  { codes: Int32Array.of(1, 2), split: "train" },
  { codes: Int32Array.of(0, 1), split: "test" },
];
const numbers: Record<string, string> = { "0066": "45", "4280": "45", "0389": "2" };
const grouping = (_: string, code: string) =>
  numbers[code]
    ? { number: numbers[code], title: `category ${numbers[code]} of ${code}` }
    : undefined;

Deno.test("the most frequent codes count documents; ties go by code", () => {
  const counts = countDocuments(documents.map(({ codes }) => codes), codes.length);
  assert.deepEqual([...counts], [2, 2, 2, 0]);
  assert.deepEqual(mostFrequent(codes, counts, 2), [0, 1]);
  assert.deepEqual(mostFrequent(codes, counts, 50), [0, 1, 2]);
  assert.deepEqual(codesInUse(counts), [0, 1, 2]);
});

Deno.test("labels are numbered by code and counted by split", () => {
  const labels = buildLabels(codes, [2, 0, 1], documents, { grouping, ccsLabels: "separate" });
  assert.deepEqual(labels.icd.map(({ code, group }) => [code, group]), [
    ["00.66", "pr:45"],
    ["038.9", "dx:2"],
    ["428.0", "dx:45"],
  ]);
  assert.deepEqual(labels.icd[0]!.documents, { train: 1, dev: 0, test: 1 });
  assert.deepEqual(labels.ccs.map(({ code, kind }) => [code, kind]), [
    ["dx:2", "diagnosis"],
    ["dx:45", "diagnosis"],
    ["pr:45", "procedure"],
  ]);
  assert.deepEqual([...labels.icdOf], [0, 1, 2, -1]);
  assert.deepEqual([...labelsOf(Int32Array.of(0, 2, 3), labels.icdOf)], [0, 2]);
});

Deno.test("the paper's category labels merge equal numbers, and a document has each once", () => {
  const labels = buildLabels(codes, [0, 1, 2], documents, { grouping, ccsLabels: "paper" });
  assert.deepEqual(
    labels.ccs.map(({ code, kind, title, documents }) => [
      code,
      kind,
      title,
      documents.train,
    ]),
    [
      ["2", "diagnosis", "category 2 of 0389", 1],
      ["45", "code", "category 45 of 0066 | category 45 of 4280", 2],
    ],
  );
  assert.deepEqual([...labelsOf(Int32Array.of(0, 2), labels.ccsOf)], [1]);
});

Deno.test("codes without a category are labels of their own and are listed", () => {
  const more = [...documents, { codes: Int32Array.of(3), split: "dev" as const }];
  const labels = buildLabels(codes, [0, 1, 2, 3], more, { grouping, ccsLabels: "separate" });
  assert.deepEqual(uncovered(labels).map(({ code }) => code), ["599.0"]);
  assert.equal(uncoveredShare(labels), 1 / 7);
  assert.deepEqual([...labelsOf(Int32Array.of(3), labels.ccsOf)], []);
});

Deno.test("categories sort by number, by code unit where one of them is none", () => {
  const order = (numbers: string[]) => {
    const codes = numbers.map((code): Code => ({ kind: "code", code, title: "" }));
    const chosen = codes.map((_, i) => i);
    const rules = {
      grouping: (_: string, number: string) => ({ number, title: "" }),
      ccsLabels: "paper" as const,
    };
    return buildLabels(codes, chosen, [], rules).ccs.map(({ code }) => code);
  };
  assert.deepEqual(order(["10", "9", "100"]), ["9", "10", "100"]);
  assert.deepEqual(order(["10", "9", "1a"]), ["10", "1a", "9"]);
});

Deno.test("lists are compared as sets", () => {
  assert.deepEqual(compareLists(["37.23", "4", "5"], ["93.90", "5", "4"]), {
    onlyHere: ["37.23"],
    onlyGiven: ["93.90"],
  });
});
