import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import { type Files, readCorpus } from "../../_support/corpus.ts";

const NOTES = 'id,text,patient,split\na,"one, two",p1,train\nb,three,p2,validation\nc,four,,test\n';

Deno.test("notes carry id, patient and split; labels need no header", async () => {
  const { notes, source } = await readCorpus(
    { "notes.csv": NOTES, "d.tsv": "a\tn44.8\na\tn44.8\nb\tr52\n", "p.csv": "id,code\na,bw03\n" },
    (path) => ({
      notes: [{ path: path("notes.csv") }],
      labels: [{ path: path("d.tsv"), kind: "diagnosis" }, {
        path: path("p.csv"),
        kind: "procedure",
      }],
    }),
  );
  assert.deepEqual(
    notes.map(({ document, patient, split, text }) => [document, patient, split, text]),
    [["a", "p1", "train", "one, two"], ["b", "p2", "dev", "three"], ["c", "c", "test", "four"]],
  );
  assert.deepEqual(source.codes.map(({ code, kind }) => `${kind} ${code}`), [
    "procedure bw03",
    "diagnosis n44.8",
    "diagnosis r52",
  ]);
  assert.deepEqual([...source.assignments.get("a")!], [0, 1]);
  assert.equal(source.restricted, false);
});

Deno.test("a file's split holds for all of its notes; further notes are for embeddings", async () => {
  const { notes, stages } = await readCorpus(
    {
      "train.csv": "id,text\na,one\n",
      "dev.tsv": 'id\ttext\nb\t"two\tthree"\n',
      "more.csv": "id,text\nx,other\nx,other\ny,\n",
      "labels.csv": "a,1\nb,2\nb,\n,3\n",
    },
    (path) => ({
      notes: [{ path: path("train.csv"), split: "train" }, { path: path("dev.tsv"), split: "dev" }],
      labels: [{ path: path("labels.csv") }],
      embedNotes: [path("more.csv")],
    }),
  );
  assert.deepEqual(notes.map(({ document, split, text }) => [document, split, text]), [
    ["a", "train", "one"],
    ["b", "dev", "two\tthree"],
    [null, undefined, "other"],
  ]);
  assert.deepEqual(stages.map(({ read, kept, excluded }) => ({ read, kept, excluded })), [
    { read: 5, kept: 3, excluded: { "empty text": 1, "exact duplicate of a row": 1 } },
    { read: 4, kept: 2, excluded: { "without a code": 1, "without an id": 1 } },
  ]);
});

Deno.test("groups and titles come from tables, by kind where they have one", async () => {
  const { source } = await readCorpus(
    {
      "notes.csv": NOTES,
      "labels.csv": "a,n44.8\n",
      "groups.csv": "code,group,title\nn448,G1,Torsion\n",
      "titles.csv": "n44.8,Other noninflammatory disorders\n",
    },
    (path) => ({
      notes: [{ path: path("notes.csv") }],
      labels: [{ path: path("labels.csv") }],
      groups: [{ path: path("groups.csv") }],
      titles: [{ path: path("titles.csv") }],
    }),
  );
  assert.deepEqual(source.grouping!("code", "n448"), { number: "G1", title: "Torsion" });
  assert.equal(source.grouping!("code", "zzz"), undefined);
  assert.equal(source.codes[0]!.title, "Other noninflammatory disorders");
});

const refused: Record<string, [Files, RegExp]> = {
  "two different notes of one id": [
    { "notes.csv": "id,text\na,xyzzy one\na,xyzzy two\n", "labels.csv": "a,1\n" },
    /two different notes of the id a/,
  ],
  "an unknown split": [
    { "notes.csv": "id,text,split\na,xyzzy,trial\n", "labels.csv": "a,1\n" },
    /split column holds trial, which is no split; expected train, dev, test/,
  ],
  "notes without a text column": [
    { "notes.csv": "id,words\na,xyzzy\n", "labels.csv": "a,1\n" },
    /no column text; found 2 columns: id, words/,
  ],
  "fault 69: a text that is an object": [
    { "notes.csv": '{"id": "a", "text": {"plan": "xyzzy"}}\n', "labels.csv": "a,1\n" },
    /its column text holds an object; expected a text, or a list of texts/,
  ],
  "labels of one column": [
    { "notes.csv": NOTES, "labels.csv": "a\nb\n" },
    /no column id, code/,
  ],
};
for (const [name, [tables, expected]] of Object.entries(refused)) {
  Deno.test(`refused with one line: ${name}`, async () => {
    await assert.rejects(
      readCorpus(tables, (path) => ({
        notes: [{ path: path("notes.csv") }],
        labels: [{ path: path("labels.csv") }],
      })),
      (error: Error) => {
        assert.ok(error instanceof DataError, `${error.stack}`);
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /xyzzy|\n/);
        return true;
      },
    );
  });
}

Deno.test("fault 69: the texts of a list are paragraphs", async () => {
  const text =
    '{"id": "a", "text": ["fever", "plan: \\"rest\\""]}\n{"id": "b", "text": "[**2101**] pain"}\n';
  const { notes } = await readCorpus({ "notes.csv": text, "l.csv": "a,1\n" }, (path) => ({
    notes: [{ path: path("notes.csv") }],
    labels: [{ path: path("l.csv") }],
  }));
  assert.deepEqual(notes.map(({ text }) => text), ['fever\nplan: "rest"', "[**2101**] pain"]);
});

Deno.test("fault 60: a patient as a float is the patient of the number", async () => {
  const rows = "id,text,patient\na,one,12\nb,two,12.0\nc,three,1.2E+01\n";
  const { notes } = await readCorpus({ "notes.csv": rows, "l.csv": "a,1\n" }, (path) => ({
    notes: [{ path: path("notes.csv") }],
    labels: [{ path: path("l.csv") }],
  }));
  assert.deepEqual(notes.map(({ patient }) => patient), ["12", "12", "12"]);
});

Deno.test("the same note in two splits is refused", async () => {
  await assert.rejects(
    readCorpus(
      { "a.csv": "id,text\na,one\n", "b.csv": "id,text\na,one\n", "l.csv": "a,1\n" },
      (path) => ({
        notes: [{ path: path("a.csv"), split: "train" }, { path: path("b.csv"), split: "dev" }],
        labels: [{ path: path("l.csv") }],
      }),
    ),
    /two different notes of the id a; expected one note, in one split/,
  );
});

Deno.test("fault 57: missing-value words are no ids, patients, splits and texts, and counted", async () => {
  const rows = [
    "a,fever,p1,train",
    "nan,fever,p2,train",
    "b,NULL,p3,train",
    "c,pain,None,train",
    "d,cough,<NA>,\\N",
    "e,rash,-,dev",
  ];
  const { notes, stages } = await readCorpus(
    { "notes.csv": `id,text,patient,split\n${rows.join("\n")}\n`, "l.csv": "a,4280\n" },
    (path) => ({ notes: [{ path: path("notes.csv") }], labels: [{ path: path("l.csv") }] }),
  );
  assert.deepEqual(notes.map(({ document, patient, split }) => [document, patient, split]), [
    ["a", "p1", "train"],
    ["c", "c", "train"],
    ["d", "d", undefined],
    ["e", "e", "dev"],
  ]);
  assert.deepEqual(stages[0]!.excluded, { "empty text": 1, "without an id": 1 });
  assert.deepEqual(stages[0]!.noted, { "without a patient": 3, "without a split": 1 });
});

Deno.test("a note that stands beside each of its codes is read once", async () => {
  const { notes, stages } = await readCorpus(
    { "all.csv": "id,text,code\na,fever,4280\na,fever,4019\n" },
    (path) => ({ notes: [{ path: path("all.csv") }], labels: [{ path: path("all.csv") }] }),
  );
  assert.equal(notes.length, 1);
  assert.deepEqual(stages[0]!.excluded, { "exact duplicate of a row": 1 });
});

Deno.test("fault 86: a header again, and empty rows, are no notes, and no loss", async () => {
  const rows =
    "id,text,patient\na,fever,p\nID,text,patient\nid,text,patient\n,,\n,NULL,-\n,pain,\n";
  const { notes, stages } = await readCorpus({ "n.csv": rows, "l.csv": "a,1\n" }, (path) => ({
    notes: [{ path: path("n.csv") }],
    labels: [{ path: path("l.csv") }],
  }));
  assert.deepEqual(notes.map(({ document }) => document), ["a", "ID"]);
  assert.deepEqual(stages[0]!.excluded, {
    "an empty row": 2,
    "the header again": 1,
    "without an id": 1,
  });
});
