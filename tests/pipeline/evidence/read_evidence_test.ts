import assert from "node:assert/strict";
import { join } from "node:path";
import { readEvidence } from "../../../pipeline/evidence/read_evidence.ts";
import { MDACE, unpackMdace } from "../../_support/mdace.ts";
import { needsShared } from "../../_support/shared_data.ts";
import { temporary } from "../../_support/tiny.ts";

const admission = (hadm: number) =>
  JSON.stringify({
    hadm_id: hadm,
    notes: [{ note_id: 1, annotations: [{ begin: 0, end: 1, code: "431" }] }],
  });

Deno.test("tables, files and folders of files are read in the order in which they are named", async () => {
  await using directory = await temporary();
  const at = (...names: string[]) => join(directory.path, ...names);
  await Deno.mkdir(at("mdace", "1.0"), { recursive: true });
  await Deno.writeTextFile(at("mdace", "1.0", "b.json"), admission(2));
  await Deno.writeTextFile(at("mdace", "a.json"), admission(3));
  await Deno.writeTextFile(at("mdace", "LICENSE"), "MIT");
  await Deno.writeTextFile(at("x.tsv"), "4\tD\tr52\tx\t0 1\n");
  await Deno.writeTextFile(at("one.json"), admission(5));
  const found = await readEvidence([at("mdace"), at("x.tsv"), at("one.json")]);
  assert.deepEqual(found.map(({ document }) => document), ["2", "3", "4", "5"]);
});

Deno.test("what is not there, and a folder without annotations, are refused", async () => {
  await using directory = await temporary();
  await assert.rejects(
    readEvidence([join(directory.path, "x.tsv")]),
    /^UsageError: reading .*x\.tsv: it does not exist; name a table/,
  );
  await assert.rejects(readEvidence([directory.path]), /no JSON file in it; name a table/);
});

Deno.test("MDACE's own files are read whole", await needsShared(MDACE), async () => {
  await using directory = await temporary();
  await unpackMdace(directory.path);
  assert.equal((await readEvidence([directory.path])).length, 18_996);
});
