import assert from "node:assert/strict";
import { datasetName, describeOrigins, type Origin } from "../../../tasks/analyze/origin.ts";

const synthetic: Origin = {
  directory: "/a/b/demo/top50",
  synthetic: true,
  source: "mimic3",
  restricted: false,
};
const codiesp: Origin = {
  directory: "data-codiesp/top50/",
  synthetic: false,
  source: "corpus",
  restricted: false,
};
const mimic: Origin = {
  directory: "/home/x/data/full",
  synthetic: false,
  source: "mimic3",
  restricted: true,
};

Deno.test("a dataset goes by the last two folders of its path", () => {
  assert.equal(datasetName(synthetic), "demo/top50");
  assert.equal(datasetName(codiesp), "data-codiesp/top50");
});

Deno.test("what was not measured on MIMIC-III says so", () => {
  assert.equal(
    describeOrigins([synthetic, { ...synthetic, directory: "/a/b/demo/full" }]),
    "Data: synthetic notes (demo/top50, demo/full). Nothing here was measured on MIMIC-III.",
  );
  assert.equal(
    describeOrigins([codiesp]),
    "Data: a corpus other than MIMIC-III (data-codiesp/top50). Nothing here was measured on MIMIC-III.",
  );
});

Deno.test("MIMIC-III is named, once for one dataset", () => {
  assert.match(describeOrigins([mimic, mimic]), /^Data: MIMIC-III \(data\/full\)\. Made from/);
});

Deno.test("made-up tables in MIMIC-III's layout are synthetic", () => {
  assert.match(describeOrigins([{ ...mimic, synthetic: true }]), /^Data: synthetic notes/);
});

Deno.test("fault 52: what is restricted is said to be, once, and what it was made from", () => {
  assert.match(
    describeOrigins([mimic, codiesp, { ...mimic, directory: "data/top50" }]),
    /data-codiesp\/top50\)\. Made from MIMIC-III: .* are restricted by its data use agreement\.$/,
  );
  const declared = describeOrigins([{ ...codiesp, restricted: true }]);
  assert.match(declared, /^Data: a corpus other than MIMIC-III/);
  assert.match(declared, /Nothing here was measured on MIMIC-III\. Made from a corpus declared/);
  assert.doesNotMatch(describeOrigins([synthetic, codiesp]), /restricted/);
});
