import assert from "node:assert/strict";
import type { Code } from "../../../pipeline/codes/code.ts";
import {
  type CodedDocument,
  codesInUse,
  compareLists,
  documentFrequencies,
  indexLabels,
  labelsOf,
  mostFrequent,
  uncovered,
  uncoveredShare,
} from "../../../pipeline/codes/labels.ts";

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
  const counts = documentFrequencies(documents.map(({ codes }) => codes), codes.length);
  assert.deepEqual(counts, Int32Array.of(2, 2, 2, 0));
  assert.deepEqual(mostFrequent(codes, counts, 2), [0, 1]);
  assert.deepEqual(mostFrequent(codes, counts, 50), codesInUse(counts));
});

const separate = indexLabels(codes, [2, 0, 1], documents, { grouping, ccsLabels: "separate" });
const merged = indexLabels(codes, [0, 1, 2], documents, { grouping, ccsLabels: "paper" });

Deno.test("labels are numbered by code, categories by number", () => {
  assert.deepEqual(separate.labels.icd.map(({ code, group }) => [code, group]), [
    ["00.66", "pr:45"],
    ["038.9", "dx:2"],
    ["428.0", "dx:45"],
  ]);
  assert.deepEqual(separate.labels.ccs.map(({ code, kind }) => [code, kind]), [
    ["dx:2", "diagnosis"],
    ["dx:45", "diagnosis"],
    ["pr:45", "procedure"],
  ]);
});

Deno.test("labels are counted by split", () => {
  assert.deepEqual(separate.labels.icd.map(({ documents }) => documents), [
    { train: 1, dev: 0, test: 1 },
    { train: 1, dev: 0, test: 1 },
    { train: 2, dev: 0, test: 0 },
  ]);
});

Deno.test("codes lead to their labels, those outside the set to none", () => {
  const { indexOf } = separate;
  assert.deepEqual(indexOf.icd, Int32Array.of(0, 1, 2, -1));
  assert.deepEqual(labelsOf(Int32Array.of(0, 2, 3), indexOf.icd), Int32Array.of(0, 2));
  assert.deepEqual(labelsOf(Int32Array.of(0, 2, 3), indexOf.ccs), Int32Array.of(1, 2));
});

Deno.test("the paper's category labels merge equal numbers, of no kind and all titles", () => {
  assert.deepEqual(merged.labels.ccs.map(({ code, kind, title }) => [code, kind, title]), [
    ["2", "diagnosis", "category 2 of 0389"],
    ["45", "code", "category 45 of 0066 | category 45 of 4280"],
  ]);
});

Deno.test("a document has each category once, of however many codes", () => {
  assert.deepEqual(merged.labels.ccs.map(({ documents }) => documents.train), [1, 2]);
  assert.deepEqual(labelsOf(Int32Array.of(0, 2), merged.indexOf.ccs), Int32Array.of(1));
});

Deno.test("codes without a category are labels of their own and are listed", () => {
  const more = [...documents, { codes: Int32Array.of(3), split: "dev" as const }];
  const rules = { grouping, ccsLabels: "separate" } as const;
  const { labels, indexOf } = indexLabels(codes, [0, 1, 2, 3], more, rules);
  assert.deepEqual(uncovered(labels.icd).map(({ code }) => code), ["599.0"]);
  assert.equal(uncoveredShare(labels.icd), 1 / 7);
  assert.deepEqual(labelsOf(Int32Array.of(3), indexOf.ccs), new Int32Array());
});

Deno.test("categories sort by number, by code unit where one of them is none", () => {
  const order = (numbers: string[]) => {
    const codes = numbers.map((code): Code => ({ kind: "code", code, title: "" }));
    const chosen = codes.map((_, i) => i);
    const rules = {
      grouping: (_: string, number: string) => ({ number, title: "" }),
      ccsLabels: "paper" as const,
    };
    return indexLabels(codes, chosen, [], rules).labels.ccs.map(({ code }) => code);
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
