import assert from "node:assert/strict";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { gzipSync } from "node:zlib";
import { DataError } from "../../../pipeline/errors.ts";
import { readTable } from "../../_support/read_table.ts";
import { temporary } from "../../_support/tiny.ts";

const ID_TEXT = { required: ["id", "text"], names: { id: ["hadm_id"] } };

/** A table in Parquet. */
async function parquet(select: string): Promise<Uint8Array> {
  await using directory = await temporary();
  const path = join(directory.path, "x.parquet");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return await Deno.readFile(path);
}

const LINES =
  '{"id": 9007199254740993, "text": "fever,\\n\\"pain\\""}\n{"id": "n2", "text": "cough"}\n';
const LINES_ROWS = [["id", "text"], ["9007199254740993", 'fever,\n"pain"'], ["n2", "cough"]];

const tables: { readonly [what: string]: readonly [string | Uint8Array, (string | null)[][]] } = {
  "fault 69: JSON lines": [LINES, LINES_ROWS],
  "fault 69: JSON lines in gzip, with a mark and CRLF": [
    gzipSync("\ufeff" + LINES.replaceAll("}\n", "}\r\n\r\n")),
    LINES_ROWS,
  ],
  "fault 69: JSON lines whose members come and go": [
    '{"text": "a", "hadm_id": 1}\n\n{"hadm_id": 2, "codes": ["I10", 428.0], "text": null}\n',
    [["text", "hadm_id", "codes"], ["a", "1", null], [null, "2", '["I10","428.0"]']],
  ],
  "fault 57: JSON lines with Python's word for no number": [
    '{"id": NaN, "text": "a: NaN, \\"NaN"}\n{"id": 2, "text": -Infinity}\n',
    [["id", "text"], [null, 'a: NaN, "NaN'], ["2", null]],
  ],
  "fault 75: numbers as they are written": [
    '{"id": 18446744073709551616, "text": "a"}\n{"id": 145834.0, "text": "b"}\n{"id": -1e400, "text": "c"}',
    [["id", "text"], ["18446744073709551616", "a"], ["145834.0", "b"], ["-1e400", "c"]],
  ],
  "fault 69: Parquet": [
    await parquet(`SELECT * FROM (VALUES (9007199254740993, 'fever,
"pain"', ['I10', 'E11']), (2, NULL, NULL)) AS t(hadm_id, text, codes)`),
    [["hadm_id", "text", "codes"], ["9007199254740993", 'fever,\n"pain"', '["I10","E11"]'], [
      "2",
      null,
      null,
    ]],
  ],
  "fault 75: Parquet with numbers of 128 bits, and text as bytes": [
    await parquet(
      "SELECT 18446744073709551616::DECIMAL(38, 0) AS id, encode('é') AS text",
    ),
    [["id", "text"], ["18446744073709551616", "é"]],
  ],
};
for (const [what, [content, rows]] of Object.entries(tables)) {
  for (const name of ["table.csv", "table.jsonl", "table.parquet"]) {
    Deno.test(`${what} is read, named ${name}`, async () => {
      assert.deepEqual(await readTable(content, { ...ID_TEXT, name }), rows);
    });
  }
}

const refused: { readonly [what: string]: readonly [string | Uint8Array, RegExp] } = {
  "a list in JSON": ['[{"id": 1,\n"text": "xyzzy"}]', /, line 1: it is no JSON object.*jq -c/],
  "an object of columns, as pandas writes it": [
    '{"id":{"0":1},"text":{"0":"xyzzy"}}',
    /it is one object of columns; .*orient='records'/,
  ],
  "JSON over several lines": ['{\n"id": 1,\n"text": "xyzzy"\n}', /, line 1: it is no JSON object/],
  "a line that is cut": [
    LINES + '{"id": 3, "text": "xyz',
    /, line 3: it is no JSON object, but a text/,
  ],
  "a line that is a number": [
    '{"id": 3, "text": "a"}\n\n7',
    /, line 3: it is no JSON object, but 7/,
  ],
  "JSON lines without a text": [
    '{"id": 3, "note_body": "xyzzy"}',
    /no column text; found 2 columns: id, note_body/,
  ],
  "JSON lines in Latin-1": [
    Uint8Array.from([...new TextEncoder().encode(LINES), 0x7b, 0xe9]),
    /it is not UTF-8/,
  ],
  "Parquet that is cut": [
    (await parquet("SELECT 1 AS id, 'a' AS text")).slice(0, -20),
    /its Parquet is damaged/,
  ],
  "Parquet without a text": [await parquet("SELECT 1 AS id, 'a' AS body"), /no column text/],
  "Parquet without rows": [await parquet("SELECT 1 AS id, 'a' AS text LIMIT 0"), /no rows/],
};
for (const [what, [content, expected]] of Object.entries(refused)) {
  Deno.test(`fault 69: ${what} is refused`, async () => {
    await assert.rejects(readTable(content, ID_TEXT), (error: Error) => {
      assert.ok(error instanceof DataError, `${error.stack}`);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /xyzzy|\n/);
      return true;
    });
  });
}

Deno.test("fault 69: a line of JSON with a key twice is refused, its line named", async () => {
  const line = '{"id": "a", "text": "fever \\\\", "te\\u0078t": "cough"}';
  await assert.rejects(readTable(`{"id": "b", "text": "pain"}\n${line}\n`, ID_TEXT), {
    name: DataError.name,
    message: /line 2: it has the key text twice; expected each key once/,
  });
});
