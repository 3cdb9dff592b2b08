import assert from "node:assert/strict";
import { matchLabels } from "../../../pipeline/prepare/match_ids.ts";

/** Which ids the labels of `labels` get; the nth has the code n. */
function matched(notes: string[], labels: string[]): Record<string, number[]> {
  const codes = new Map(labels.map((id, code) => [id, Int32Array.of(code)]));
  const { assignments } = matchLabels(new Set(notes), codes);
  return Object.fromEntries([...assignments].map(([id, codes]) => [id, [...codes]]));
}

const UUID = "123e4567-e89b-42d3-a456-426614174000";
const same: [name: string, notes: string[], labels: string[]][] = [
  ["floats", ["145834", "145835"], ["145834.0", "145835.0"]],
  ["floats among the notes", ["145834.0", "145835.0"], ["145834", "145835"]],
  ["exponents with all digits", ["145834"], ["1.45834E+05"]],
  ["zeros lost", ["00012", "00120"], ["12", "120"]],
  ["zeros lost among the notes", ["12"], ["00012"]],
  ["another case", ["S0004-A", "s0005-b"], ["s0004-a", "S0005-B"]],
  ["composed in another way", ["caf\u00e9"], ["cafe\u0301"]],
  ["names of files", ["S0004-1.txt"], ["S0004-1"]],
  ["paths of files", ["notes/S0004-1.txt", "c:\\notes\\S2.xml"], ["S0004-1", "s2"]],
  ["negative numbers", ["-145834", "145834"], ["-145834.0", "145834.0"]],
  ["decimal commas", ["145834", "145835"], ["145834,0", "1,45835E+05"]],
  ["thousands", ["1,145,834"], ["1145834"]],
  ["UUIDs", [UUID, `{${UUID.replace("1", "2")}}`], [
    UUID.replaceAll("-", ""),
    `urn:uuid:${UUID.replace("1", "2").toUpperCase()}`,
  ]],
];
for (const [name, notes, labels] of same) {
  Deno.test(`fault 60: ids in another form are matched: ${name}`, () => {
    assert.deepEqual(matched(notes, labels), Object.fromEntries(notes.map((id, at) => [id, [at]])));
  });
}

const apart: [name: string, notes: string[], labels: string[]][] = [
  ["digits lost", ["145834"], ["1.46E+05"]],
  ["two notes could be meant", ["012", "12"], ["0012"]],
  ["two ids of labels could be it", ["0012"], ["12", "012"]],
  ["an id of labels is it already", ["12"], ["12", "012"]],
  ["another id", ["n1"], ["n2"]],
  ["a sign", ["-7"], ["7"]],
  ["a note's folder", ["a/7.txt", "b/7.txt"], ["7"]],
  ["a number of three digits behind a point", ["100.001"], ["100001"]],
];
for (const [name, notes, labels] of apart) {
  Deno.test(`fault 60: ids are not matched where that is not certain: ${name}`, () => {
    assert.deepEqual(
      matched(notes, labels),
      Object.fromEntries(labels.map((id, at) => [id, [at]])),
    );
  });
}

Deno.test("fault 60: labels of one note in two forms are joined, and said to be otherwise", () => {
  const labels = new Map([["7", Int32Array.of(3, 9)], ["7.0", Int32Array.of(1, 3)]]);
  const { assignments, others } = matchLabels(new Set(["7"]), labels);
  assert.deepEqual([...assignments.get("7")!], [1, 3, 9]);
  assert.deepEqual([...others], [["7.0", "7"]]);
});

Deno.test("ids that are equal stay as they are", () => {
  const labels = new Map([["145834.0", Int32Array.of(1)]]);
  const { assignments, others } = matchLabels(new Set(["145834.0", "x"]), labels);
  assert.deepEqual([[...assignments.keys()], others.size], [["145834.0"], 0]);
});
