import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import type { CorpusTables } from "../../../pipeline/source/corpus_tables.ts";
import { codesById, readCorpus, readLabelled } from "../../_support/corpus.ts";

const NOTES = "id,text\na,one\nb,two\nc,three\n";

/** The codes of each document, and what was left out. */
async function read(labels: string, options: Partial<CorpusTables> = {}) {
  const corpus = await readLabelled(NOTES, labels, options);
  return { ...corpus, codes: codesById(corpus), stage: corpus.stages[1]! };
}

/** The one line with which labels are refused; no word of theirs is in it. */
async function refusal(labels: string, options: Partial<CorpusTables> = {}): Promise<string> {
  try {
    await read(labels, options);
  } catch (error) {
    assert.ok(error instanceof DataError, String((error as Error).stack));
    assert.doesNotMatch(error.message, /\n|xyzzy/);
    return error.message;
  }
  return assert.fail("read without an error");
}

const both = { a: ["401.9", "428.0"], b: ["401.9"] };
const lists: [name: string, labels: string, separator: string][] = [
  ["semicolons", "id,codes\na,428.0;401.9\nb,401.9\n", ";"],
  ["commas", 'id,codes\na,"428.0, 401.9"\nb,401.9\n', ","],
  ["bars", "id,codes\na,428.0|401.9\nb,401.9\n", "|"],
  ["blanks", "id,codes\na,428.0 401.9\nb,401.9\n", "space"],
  ["Python's lists", "id,codes\na,\"['428.0', '401.9']\"\nb,['401.9']\n", "list"],
  ["JSON's lists", 'id,codes\na,"[""428.0"",""401.9""]"\nb,"[""401.9""]"\n', "list"],
  ["one code a line", 'id,codes\na,"428.0\n401.9"\nb,401.9\n', "newline"],
];
for (const [name, labels, codeSeparator] of lists) {
  Deno.test(`fault 56: cells of ${name} are refused with the option that splits them`, async () => {
    const said = await refusal(labels);
    const word = /^\w+$/.test(codeSeparator) ? codeSeparator : `'${codeSeparator}'`;
    assert.match(said, /labels\.csv: [12] cells of codes in 2 rows hold several/);
    assert.ok(said.endsWith(`--code-separator ${word}`), said);
  });
  Deno.test(`fault 56: cells of ${name} are split on request`, async () => {
    const { codes, stage } = await read(labels, { codeSeparator });
    assert.deepEqual(codes, both);
    assert.deepEqual([stage.read, stage.kept], [3, 3]);
  });
}

Deno.test("fault 56: a one-hot table is refused, and read on request", async () => {
  const labels = "id,428.0,401.9\na,1,1\nb,0,1\nc,0,0\n";
  assert.match(await refusal(labels), /2 of them of marks such as 0 and 1; .*--one-hot$/);
  const { codes, stage } = await read(labels, { columns: { oneHot: true } });
  assert.deepEqual(codes, both);
  assert.deepEqual(stage.excluded, { "without a code": 1 });
});

Deno.test("fault 56: marks that are not known are no marks", async () => {
  for (const other of ["-1", "2", "0.9", "\u2605"]) {
    const said = await refusal(`id,428.0,401.9\na,1,${other}\nb,${other},1\n`, {
      columns: { oneHot: true },
    });
    assert.match(said, /none of them of marks alone; .*; mark with 1 and 0, or .*--code-column$/);
  }
});

Deno.test("fault 56: a comma that may be a decimal one is said to be either", async () => {
  const said = await refusal('id,code\na,"428,0"\nb,"401,9"\n');
  assert.match(
    said,
    /with ',' between them, or decimal commas; .*; write points for these, or split/,
  );
  assert.doesNotMatch(await refusal('id,code\na,"428,0"\nb,"401,250"\n'), /decimal/);
});

Deno.test("fault 56: a column of a one-hot table that holds more than marks is refused", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `n${i},1,0\n`).join("");
  const said = await refusal(`id,I10,age\n${rows}n30,1,xyzzy is 61\n`, {
    columns: { oneHot: true },
  });
  assert.match(said, /column age holds a text of 11 characters; .*--code-column$/);
});

Deno.test("fault 56: codes in several columns are read where these are named", async () => {
  const labels = "id,dx1,dx2\na,428.0,401.9\nb,,401.9\n";
  const { codes } = await read(labels, { columns: { columns: { code: ["dx1", "dx2"] } } });
  assert.deepEqual(codes, both);
});

Deno.test("fault 57: missing-value words are no codes and no ids, and counted", async () => {
  const labels =
    "id,code\na,428.0\na,nan\na,None\nb,NULL\nb,\\N\nb,<NA>\nb,-\nb,\nnan,428.0\nNA,401.9\n";
  const { codes, stage } = await read(labels);
  assert.deepEqual(codes, { a: ["428.0"] });
  assert.deepEqual(stage.excluded, { "without a code": 7, "without an id": 2 });
});

Deno.test("fault 58: a code in several spellings is one, counted and said", async () => {
  const labels = "id,code\na,428.0\nb,428.0\nc,4280\nc,428.0\nb,n44.8\na,N44.8\n";
  const { codes, source, stage } = await read(labels);
  assert.deepEqual(codes, { a: ["428.0", "N44.8"], b: ["428.0", "N44.8"], c: ["428.0"] });
  assert.deepEqual(stage, {
    stage: "codes",
    read: 6,
    kept: 5,
    excluded: { "duplicate of a code of the same document": 1 },
    noted: { "in another spelling of their code": 2 },
  });
  assert.ok(
    source.remarks.some((line) =>
      /^2 codes in several spellings, such as 4280 for 428\.0$/.test(line)
    ),
  );
});

Deno.test("fault 58: titles and groups are found however codes are spelled, and counted", async () => {
  const { source } = await readCorpus(
    {
      "notes.csv": NOTES,
      "labels.csv": "id,code\na,428.0\nb,N44.8\nc,999.9\n",
      "titles.csv": "icd9_code,long_title\n4280,Heart failure\nn448,Torsion\n",
      "groups.csv": "code,category\n4280,108\nN44.8,164\n",
    },
    (path) => ({
      notes: [{ path: path("notes.csv") }],
      labels: [{ path: path("labels.csv"), kind: "diagnosis" }],
      titles: [{ path: path("titles.csv") }],
      groups: [{ path: path("groups.csv") }],
    }),
  );
  assert.deepEqual(source.codes.map(({ title }) => title), ["Heart failure", "", "Torsion"]);
  assert.equal(source.grouping!("diagnosis", "4280")?.number, "108");
  assert.equal(source.grouping!("diagnosis", "N448")?.number, "164");
  assert.ok(source.remarks.includes("2 of 3 codes have a title"));
  assert.ok(source.remarks.includes("2 of 3 codes have a category"));
});

Deno.test("a code with two categories is refused", async () => {
  const files = { "n.csv": NOTES, "l.csv": "a,4280\n", "g.csv": "code,group\n4280,1\n4280,2\n" };
  await assert.rejects(
    readCorpus(files, (path) => ({
      notes: [{ path: path("n.csv") }],
      labels: [{ path: path("l.csv") }],
      groups: [{ path: path("g.csv") }],
    })),
    {
      name: DataError.name,
      message: /code 4280 is in the categories 1 and 2; expected one a code/,
    },
  );
});

const texts: [name: string, labels: string][] = [
  ["a sentence", "id,code\na,xyzzy was admitted with fever\n"],
  ["a sentence behind codes", "id,code\na,428.0\nb,fever; xyzzy was admitted\n"],
  ["a list of dictionaries", "id,code\na,[{'xyzzy': '428.0'}]\n"],
];
for (const [name, labels] of texts) {
  Deno.test(`fault 59: ${name} in the column of codes is refused by its length`, async () => {
    assert.match(
      await refusal(labels),
      /column code holds a text of \d+ characters; expected a code/,
    );
  });
}

Deno.test("fault 59: a separator does not make codes of sentences", async () => {
  const said = await refusal("id,code\na,fever today; xyzzy was here\n", { codeSeparator: ";" });
  assert.match(said, /column code holds a text of/);
});

Deno.test("fault 54: it is said which columns of a table without a header were taken for what", async () => {
  const { source } = await read("a\t4280\nb\t4019\n");
  assert.deepEqual(source.remarks, [
    "labels.csv without a header: column 1 as id, column 2 as code",
  ]);
});

Deno.test("fault 69: a list in JSON is split as what it is", async () => {
  const rows = [{ id: "a", codes: ["428.0", "401.9"] }, { id: "b", codes: ["401.9"] }, {
    id: "c",
    codes: [],
  }];
  const { codes, stage } = await read(rows.map((row) => JSON.stringify(row) + "\n").join(""));
  assert.deepEqual(codes, both);
  assert.deepEqual(stage.excluded, { "without a code": 1 });
});

Deno.test("fault 59: an object where a code belongs is refused, whatever it is split at", async () => {
  const row = '{"id": "a", "codes": [{"code": "xyzzy"}, {"code": "4019"}]}\n';
  for (const codeSeparator of [undefined, ",", "list"]) {
    const said = await refusal(row, { codeSeparator });
    assert.match(said, /column code holds a text of .* no object/);
  }
});

Deno.test("fault 56: a list in a JSON string is refused as any other", async () => {
  assert.match(await refusal('{"id": "a", "codes": "428.0;401.9"}\n'), /--code-separator ';'$/);
});

Deno.test("fault 86: a header again, and empty rows, are left out and counted", async () => {
  const { codes, stage } = await read("id,ICD Code\na,428.0\nid,ICD Code\n,\n , \nb,401.9\n");
  assert.deepEqual(codes, { a: ["428.0"], b: ["401.9"] });
  assert.deepEqual(stage.excluded, { "an empty row": 2, "the header again": 1 });
});

Deno.test("fault 56: a column of marks alone is no column of codes", async () => {
  const said = await refusal("id,label\na,1\nb,0\nc,1\n");
  assert.match(said, /holds nothing but marks such as 0 and 1; .* --one-hot$/);
});

Deno.test("fault 73: codes that were numbers are read without decimals, counted and said", async () => {
  const { codes, stage, source } = await read("id,code\na,4019.0\nb,486.0\nb,25000.00\nc,V45.0\n");
  assert.deepEqual(codes, { a: ["4019"], b: ["25000", "486"], c: ["V45.0"] });
  assert.equal(stage.noted["numbers with decimals, read without"], 3);
  assert.match(source.warnings.join(), /^3 codes are numbers with decimals, as 4019\.0 is/);
  assert.deepEqual((await read("id,code\na,486.0\n")).codes, { a: ["486.0"] });
});

Deno.test("fault 58: a code of two coding systems is said to be one code", async () => {
  const { source } = await read("id,code,icd_version\na,V10,9\nb,V10,10\nc,I10,10\n");
  assert.match(
    source.warnings.join(),
    /^codes stand under several coding systems, 1 of them, such as V10/,
  );
  assert.deepEqual((await read("id,code,icd_version\na,V10,9\nb,I10,10\n")).source.warnings, []);
});

Deno.test("fault 58: a code with two titles, and a category with several, are counted", async () => {
  const { source } = await readCorpus(
    {
      "notes.csv": NOTES,
      "labels.csv": "id,code\na,428.0\nb,401.9\n",
      "titles.csv": "code,title\n428.0,Heart failure\n428.0,CHF\n401.9,Hypertension\n",
      "groups.csv": "code,group,description\n428.0,7,Heart failure\n401.9,7.0,Hypertension\n",
    },
    (path) => ({
      notes: [{ path: path("notes.csv") }],
      labels: [{ path: path("labels.csv") }],
      titles: [{ path: path("titles.csv") }],
      groups: [{ path: path("groups.csv") }],
    }),
  );
  assert.match(
    source.warnings[0]!,
    /^codes have several titles, 1 of them, the last of which counts/,
  );
  assert.equal(source.grouping!("code", "4019")?.number, "7", "a number that was kept as a float");
  assert.match(source.warnings[1]!, /^categories have several titles, 1 of 1: .* --title-column$/);
});

Deno.test("a table is not read as labels of two kinds", async () => {
  await assert.rejects(
    readCorpus({ "n.csv": NOTES, "l.csv": "a,4280\n" }, (path) => ({
      notes: [{ path: path("n.csv") }],
      labels: [{ path: path("l.csv"), kind: "diagnosis" }, {
        path: path("l.csv"),
        kind: "procedure",
      }],
    })),
    {
      name: DataError.name,
      message: /labels of the kinds diagnosis and procedure; .* for each kind$/,
    },
  );
});

Deno.test("fault 84: line ends written out part codes as real ones do", async () => {
  const labels = "id,code\na,428.0\\n401.9\nb,401.9\n";
  assert.match(await refusal(labels), /with a newline between them; .* --code-separator newline$/);
  assert.deepEqual((await read(labels, { codeSeparator: "newline" })).codes, both);
});
