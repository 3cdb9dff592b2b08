import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import type { PrepareFlags } from "../../../tasks/prepare/flags.ts";
import { prepareRequest } from "../../../tasks/prepare/request.ts";

const request = (flags: Partial<PrepareFlags>) => prepareRequest({ out: "data", ...flags });

Deno.test("MIMIC-III is read unless notes are given or a source is named", () => {
  const { input } = request({ mimic: "tables", ccs: "ccs.zip", skipMalformed: true });
  assert.deepEqual(input, {
    kind: "mimic3",
    directory: "tables",
    ccs: "ccs.zip",
    skipMalformed: true,
    repairZeros: undefined,
  });
  assert.equal(request({ notes: ["n.csv"], labels: ["l.csv"] }).input.kind, "corpus");
});

Deno.test("a corpus's files carry their split or their kind in front", () => {
  const { input } = request({
    notes: ["train=a.csv", "b.csv", "train/c.csv"],
    labels: ["diagnosis=d.tsv", "procedure=e=f.tsv"],
    groups: ["code=g.csv"],
    titles: ["test=h.csv"], // a split is no kind
  });
  assert.deepEqual(input, {
    kind: "corpus",
    notes: [
      { path: "a.csv", split: "train" },
      { path: "b.csv", split: undefined },
      { path: "train/c.csv", split: undefined },
    ],
    labels: [{ path: "d.tsv", kind: "diagnosis" }, { path: "e=f.tsv", kind: "procedure" }],
    embedNotes: undefined,
    groups: [{ path: "g.csv", kind: "code" }],
    groupPrefix: undefined,
    titles: [{ path: "test=h.csv", kind: undefined }],
    columns: undefined,
    codeSeparator: undefined,
  });
});

Deno.test("other options pass through as they are, 0 and none included", () => {
  const { input, ...options } = request({
    notes: ["n.csv"],
    labels: ["l.csv"],
    groupPrefix: 0,
    top: 0,
    seed: 0,
    force: true,
    json: true,
  });
  assert.ok(input.kind === "corpus");
  assert.equal(input.groupPrefix, 0);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  assert.deepEqual(Object.fromEntries(given), { out: "data", replace: true, top: 0, seed: 0 });
});

Deno.test("what is missing or belongs to the other source is named", () => {
  const cases: [Partial<PrepareFlags>, RegExp][] = [
    [{}, /MIMIC-III needs --mimic DIR and --ccs DIR or ZIP/],
    [{ mimic: "m" }, /needs --mimic DIR and --ccs/],
    [{ source: "corpus", notes: ["n"] }, /a corpus needs --notes and --labels/],
    [{ mimic: "m", notes: ["n"], labels: ["l"] }, /--mimic does not go with --source corpus/],
    [{ source: "mimic3", mimic: "m", ccs: "c", embedNotes: ["e"] }, /--embed-notes does not go/],
    [{ source: "mimic3", mimic: "m", ccs: "c", groupPrefix: 0 }, /--group-prefix does not go/],
    [{ mimic: "m", ccs: "c", idColumn: ["x"] }, /--id-column does not go with --source mimic3/],
    [{ mimic: "m", ccs: "c", header: false }, /--no-header does not go/],
    [{ mimic: "m", ccs: "c", codeSeparator: ";" }, /--code-separator does not go/],
    [{ source: "corpus", skipMalformed: true }, /--skip-malformed does not go/],
  ];
  for (const [flags, message] of cases) {
    assert.throws(() => request(flags), (error) => {
      return error instanceof UsageError && message.test(error.message);
    });
  }
});
