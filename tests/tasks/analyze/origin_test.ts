import assert from "node:assert/strict";
import { datasetName, describeOrigins } from "../../../tasks/analyze/origin.ts";

const synthetic = { directory: "/a/b/demo/top50", synthetic: true, restricted: false };
const codiesp = { directory: "data-codiesp/top50/", synthetic: false, restricted: false };
const mimic = { directory: "/home/x/data/full", synthetic: false, restricted: true };

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
  assert.equal(describeOrigins([mimic, mimic]), "Data: MIMIC-III (data/full).");
});

Deno.test("made-up tables in MIMIC-III's layout are synthetic", () => {
  assert.match(describeOrigins([{ ...mimic, synthetic: true }]), /^Data: synthetic notes/);
});
