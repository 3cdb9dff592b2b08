import assert from "node:assert/strict";
import type { Label } from "../../../pipeline/schema.ts";
import { CodeIndex } from "../../../tasks/serve/search.ts";

const label = (code: string, title: string): Label => ({
  code,
  title,
  kind: "diagnosis",
  group: "",
  documents: { train: 1, dev: 0, test: 0 },
});
const labels = [
  label("E879.8", "Abnormal reaction to a procedure"),
  label("428.0", "Congestive heart failure, unspecified"),
  label("428.20", "Systolic heart failure"),
  label("584.9", "Acute kidney failure"),
  label("I42.8", "Cardiomyopathie d’origine ischémique"),
];
const index = new CodeIndex(labels);
const find = (query: string, most = 9) => index.find(query, most).map(({ code }) => code);

Deno.test("a code is found by itself, by how it begins, with and without the point", () => {
  assert.deepEqual(find("428.0"), ["428.0"]);
  assert.deepEqual(find("428"), ["428.0", "428.20"]);
  assert.deepEqual(find("4282"), ["428.20"]);
  assert.deepEqual(find("e879"), ["E879.8"]);
});

Deno.test("a code is found by beginnings of words of its title, in any order, accents or not", () => {
  assert.deepEqual(find("failure heart"), ["428.0", "428.20"]);
  assert.deepEqual(find("kid FAIL"), ["584.9"]);
  assert.deepEqual(find("ischemique"), ["I42.8"]);
  assert.deepEqual(find("heart kidney"), []);
});

Deno.test("the best come first, at most so many; nothing finds nothing", () => {
  assert.deepEqual(find("failure", 2), ["428.0", "428.20"]);
  for (const query of ["", "  ", "…"]) assert.deepEqual(find(query), [], query);
});

Deno.test("titles are read once, however often is searched", () => {
  let read = 0;
  const counted = labels.map((label) => ({
    ...label,
    get title() {
      read++;
      return label.title;
    },
  }));
  const index = new CodeIndex(counted);
  for (const query of ["heart", "428", "acute"]) assert.ok(index.find(query, 9).length > 0);
  assert.equal(read, labels.length);
});
