import assert from "node:assert/strict";
import { DataError } from "../../../pipeline/errors.ts";
import { codesById, readCorpus, readLabelled } from "../../_support/corpus.ts";

Deno.test("fault 55: one option chooses in the tables that have the column", async () => {
  const corpus = await readLabelled(
    "note_id,hadm_id,text\nn1,100,fever\nn2,200,pain\n",
    "subject_id,hadm_id,icd_code\n1,100,4280\n2,200,4019\n",
    { columns: { columns: { id: ["hadm_id"] } } },
  );
  assert.deepEqual(corpus.notes.map(({ document }) => document), ["100", "200"]);
  assert.deepEqual(codesById(corpus), { 100: ["4280"], 200: ["4019"] });
});

Deno.test("fault 55: notes and labels may stand in one table", async () => {
  const table = "SUBJECT_ID,HADM_ID,TEXT,LABELS\n1,100,fever,4280;4019\n2,200,pain,4019\n";
  const corpus = await readLabelled(table, table, { codeSeparator: ";" });
  assert.deepEqual(codesById(corpus), { 100: ["4019", "4280"], 200: ["4019"] });
  assert.deepEqual(corpus.notes.map(({ patient }) => patient), ["1", "2"]);
});

Deno.test("fault 55: a chosen column that no table has is refused, with their headers", async () => {
  const columns = { columns: { id: ["hadmid2"] } };
  await assert.rejects(readLabelled("id,text\na,b\n", "id,code\na,4280\n", { columns }), {
    name: DataError.name,
    message: "reading the tables' headers: no column hadmid2; found id, text; id, code; " +
      "expected one of these names or numbers; see --id-column",
  });
});

Deno.test("fault 53: all tables that are not understood are named in one line", async () => {
  await assert.rejects(
    readCorpus({ "n.csv": "clave,texto\na,b\n", "l.csv": "clave,codigo\na,b\n" }, (path) => ({
      notes: [{ path: path("n.csv") }],
      labels: [{ path: path("l.csv") }],
    })),
    (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, /n\.csv.*clave, texto.*; .*l\.csv.*clave, codigo/);
      return true;
    },
  );
});
