import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { DataError } from "../../../pipeline/errors.ts";
import { findSeparator } from "../../../pipeline/source/dialect.ts";
import { readTable } from "../../_support/read_table.ts";

const ID_TEXT = { required: ["id", "text"] };
const PLAIN = 'id,text\nn1,"fever, pain"\nn2,cough\n';
const ROWS = [["id", "text"], ["n1", "fever, pain"], ["n2", "cough"]];

const encode = (text: string) => new TextEncoder().encode(text);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Tables that say the same as {@linkcode PLAIN}. */
const same: { readonly [what: string]: string | Uint8Array } = {
  "fault 8: a byte order mark": "\ufeff" + PLAIN,
  "fault 9: CRLF": PLAIN.replaceAll("\n", "\r\n"),
  "fault 65: CR": PLAIN.replaceAll("\n", "\r"),
  "fault 65: CRLF, then LF": PLAIN.replace("\n", "\r\n"),
  "fault 65: LF, then CR": 'id,text\nn1,"fever, pain"\rn2,cough\r',
  "fault 65: a line end doubled by a conversion": PLAIN.replaceAll("\n", "\r\r\n"),
  "fault 65: blanks before quotes": PLAIN.replace(',"', ', "'),
  "fault 65: blanks behind quotes": PLAIN.replace('"\n', '"  \n'),
  "fault 65: blank lines": PLAIN.replaceAll("\n", "\n\n"),
  "fault 65: lines of blanks": PLAIN.replaceAll("\n", "\n  \t\n"),
  "fault 65: Excel's sep= with a comma": "sep=,\n" + PLAIN,
  "fault 65: Excel's sep= with a semicolon": "SEP=;\r\nid;text\r\nn1;fever, pain\r\nn2;cough\r\n",
  "fault 65: Excel's sep= behind a byte order mark":
    '\ufeff"sep=;"\nid;text\nn1;"fever, pain"\nn2;cough',
  "fault 65: Excel's sep= with a bar": "sep=|\nid|text\nn1|fever, pain\nn2|cough\n",
  "fault 65: no line end at the end": PLAIN.trimEnd(),
  "fault 65: blank lines at the start": "\r\n  \n" + PLAIN,
  "fault 66: TSV behind a blank line": "\nid\ttext\nn1\tfever, pain\nn2\tcough\n",
  "fault 65: semicolons between names of columns": '\ufeff"id";"text"\nn1;fever, pain\nn2;cough\n',
  "fault 65: bars between names of columns": "id|text\nn1|fever, pain\nn2|cough\n",
  "fault 66: TSV": "id\ttext\nn1\tfever, pain\nn2\tcough\n",
  "fault 66: TSV with quotes as CSV has them": 'id\ttext\nn1\t"fever, pain"\n"n2"\tcough\n',
  "fault 67: gzip of two members": join(
    gzipSync(encode(PLAIN.slice(0, 15))),
    gzipSync(encode(PLAIN.slice(15))),
  ),
  "fault 67: gzip with zeros behind": join(gzipSync(encode(PLAIN)), new Uint8Array(512)),
  "fault 67: gzip of two members with zeros behind": join(
    gzipSync(encode(PLAIN.slice(0, 9))),
    gzipSync(encode(PLAIN.slice(9))),
    new Uint8Array(10),
  ),
  "fault 67: bgzip, with its empty last member": join(
    blockGzip(PLAIN.slice(0, 12)),
    blockGzip(PLAIN.slice(12)),
    blockGzip(""),
  ),
  "fault 67: gzip of CR lines": gzipSync(encode(PLAIN.replaceAll("\n", "\r"))),
};
for (const [what, content] of Object.entries(same)) {
  Deno.test(`${what} is read`, async () => {
    assert.deepEqual(await readTable(content, ID_TEXT), ROWS);
  });
}

/** A member as bgzip writes it, with its size in a field of the header. */
function blockGzip(text: string): Uint8Array {
  const member = gzipSync(encode(text));
  const size = member.length + 8 - 1;
  const header = member.slice(0, 10);
  header[3] = 4;
  return join(header, Uint8Array.of(6, 0, 66, 67, 2, 0, size & 255, size >> 8), member.slice(10));
}

const cells: { readonly [what: string]: readonly [table: string, rows: readonly string[][]] } = {
  "fault 10: line ends and doubled quotes in quotes stay": [
    'id,text\nn1,"say ""hi""\r\nand\rgo\n"\n',
    [["n1", 'say "hi"\r\nand\rgo\n']],
  ],
  "fault 65: line ends in quotes stay, however lines end": [
    'id,text\rn1,"a\nb\r\nc"\rn2,d\r',
    [["n1", "a\nb\r\nc"], ["n2", "d"]],
  ],
  "fault 65: a quote within a field is a character": ['id,text\nn1,5" tall\nn2,6" tall\n', [
    ["n1", '5" tall'],
    ["n2", '6" tall'],
  ]],
  "fault 66: bare quotes of a TSV are characters": [
    'id\ttext\nn1\t"fever" was said\nn2\t"cough\n',
    [["n1", '"fever" was said'], ["n2", '"cough']],
  ],
  "fault 66: a quote that another line's would close takes no rows": [
    'id\ttext\nn1\t"fever\nn2\tcough"\nn3\tpain\n',
    [["n1", '"fever'], ["n2", 'cough"'], ["n3", "pain"]],
  ],
  "fault 66: quotes of a TSV are quotes where they hold line ends": [
    'id\ttext\nn1\t"fever\nand cough"\nn2\tpain\n',
    [["n1", "fever\nand cough"], ["n2", "pain"]],
  ],
};
for (const [what, [table, rows]] of Object.entries(cells)) {
  Deno.test(what, async () => {
    assert.deepEqual((await readTable(table, ID_TEXT)).slice(1), rows);
  });
}

const refused: { readonly [what: string]: readonly [string | Uint8Array, RegExp] } = {
  "fault 2: an end inside quotes": [
    'id,text\nn1,a\n\nn2,"xyzzy\n',
    /, line 4: a quoted field that opens here is not closed; .*double the quotes/,
  ],
  "fault 74: a record short of a field, behind a note of many lines": [
    'id,text\nn1,"a\nb\nc"\nn2\n',
    /, line 5: 1 fields instead of 2; expected CSV .*; write fields/,
  ],
  "fault 74: a record of too many fields, behind blank lines": [
    "id,text\n\n\nn1,a\nn2,b,xyzzy\n",
    /, line 5: 3 fields instead of 2/,
  ],
  "fault 74: a record of too many fields, of CR lines": [
    "id,text\rn1,a\rn2,b,xyzzy\r",
    /, line 3: 3 fields/,
  ],
  "fault 74: a record of too many fields, of mixed lines": [
    "id,text\r\nn1,a\nn2,b\rn3,xyzzy,c\r\n",
    /, line 4: 3 fields/,
  ],
  "fault 74: a record of too many fields, below Excel's line": [
    "sep=;\nid;text\nn1;a;xyzzy\n",
    /, line 3: 3 fields/,
  ],
  "fault 74: text behind a closing quote": [
    'id,text\nn1,"a\n"\nn2,"b"xyzzy\n',
    /, line 4: text behind the quote/,
  ],
  "fault 66: a TSV whose quotes and lines make no sense": [
    'id\ttext\nn1\t"a\txyzzy\nn2\tb\n',
    /, line 2: a quoted field/,
  ],
  "fault 67: gzip whose second member is cut": [
    join(gzipSync(encode(PLAIN)), gzipSync(encode(PLAIN.repeat(9))).slice(0, -4)),
    /its gzip stream is cut or damaged/,
  ],
  "fault 67: gzip with other bytes behind": [
    join(gzipSync(encode(PLAIN)), encode("xyzzy")),
    /gzip stream/,
  ],
  "fault 68: UTF-16 with a mark": [
    utf16(`\ufeff${PLAIN}`),
    /it is UTF-16 text; expected CSV.* UTF-8.*; convert it with iconv -f UTF-16 -t UTF-8/,
  ],
  "fault 68: UTF-16 with its mark, big end first": [
    utf16(`\ufeff${PLAIN}`, true),
    /it is UTF-16 text/,
  ],
  "fault 68: UTF-16 without a mark": [utf16(PLAIN), /it is UTF-16LE text/],
  "fault 68: UTF-16 without a mark, big end first": [utf16(PLAIN, true), /it is UTF-16BE text/],
  "fault 68: UTF-16 in gzip": [gzipSync(utf16(`\ufeff${PLAIN}`)), /it is UTF-16 text/],
  "fault 68: Latin-1": [
    join(encode(PLAIN), Uint8Array.of(0x6e, 0x2c, 0xe9, 0x0a)),
    /, line 4: byte 37 is not UTF-8; .*iconv -f ISO-8859-1/,
  ],
  "fault 68: Windows-1252": [
    join(encode(PLAIN), Uint8Array.of(0x6e, 0x2c, 0x93, 0x0a)),
    /, line 4: .*iconv -f WINDOWS-1252/,
  ],
  "fault 68: a workbook": [
    join(encode("PK\x03\x04"), new Uint8Array(60)),
    /a zip archive or an Excel workbook/,
  ],
  "fault 68: a zstd stream": [
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 4, 0, 1),
    /a zstd stream; .*unzstd/,
  ],
  "fault 68: a tar archive": [
    join(new Uint8Array(257), encode("ustar\0"), new Uint8Array(249), encode(PLAIN)),
    /it is a tar archive; .*; unpack it/,
  ],
  "fault 68: bytes of no text": [new Uint8Array(2000), /it is binary/],
  "fault 68: a table of R": [
    gzipSync(encode("X\n\0\0\0\x03\0")),
    /it is R's own format; .*write\.csv/,
  ],
  "fault 68: a pickle": [Uint8Array.of(0x80, 4, 0x95, 1, 0, 0), /it is a Python pickle; .*to_csv/],
  "fault 68: a pointer of Git LFS": [
    "version https://git-lfs.github.com/spec/v1\noid sha256:xyzzy\n",
    /it is a Git LFS pointer; .*git lfs pull/,
  ],
  "fault 68: a web page": [
    "<!DOCTYPE html>\n<p>xyzzy\n",
    /it is a web page: fetch the file again$/,
  ],
  "fault 53: a comment above the header": [
    `# xyzzy 2021\n${PLAIN}`,
    /other lines stand above it; .*; remove these$/,
  ],
  "fault 53: a title above the header": [
    `xyzzy 2021,\n,\n${PLAIN}`,
    /other lines stand above it; .*; remove these$/,
  ],
  "fault 65: a separator that nothing names": [
    "id^text\nn1^xyzzy\n",
    /commas or tabs; separate its fields so, or name .* before the first: sep=\^$/,
  ],
  "fault 65: lines that end in a next-line character": [
    "id,text\u0085n1,xyzzy\u0085".replaceAll(",", " "),
    /end its lines with LF instead of U\+0085$/,
  ],
};
for (const [what, [content, expected]] of Object.entries(refused)) {
  Deno.test(`${what} is refused`, async () => {
    await assert.rejects(readTable(content, ID_TEXT), (error: Error) => {
      assert.ok(error instanceof DataError, `${error.stack}`);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /xyzzy|\n/);
      return true;
    });
  });
}

/** UTF-16. */
function utf16(text: string, bigEndian = false): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 * text.length));
  [...text].forEach((_, at) => bytes.setUint16(2 * at, text.charCodeAt(at), !bigEndian));
  return new Uint8Array(bytes.buffer);
}

Deno.test("Excel's line names the separator; else tabs or commas of the first line do", () => {
  assert.deepEqual(findSeparator("sep=\t\r\na\tb"), {
    delimiter: "\t",
    separatorLine: true,
    rest: "a\tb",
  });
  assert.equal(findSeparator("a\tb,c\n").delimiter, "\t");
  assert.equal(findSeparator("sepsis,b\tc\n").separatorLine, false);
  assert.equal(findSeparator("n1;a,b\n").delimiter, ","); // no names: not certain
});

Deno.test("fault 68: text of another script is not called Latin-1", async () => {
  const cyrillic = Uint8Array.from(
    "id,text\n1,\xe6\xe0\xeb\xee\xe1\xfb \xed\xe0\n",
    (c) => c.charCodeAt(0),
  );
  await assert.rejects(readTable(cyrillic, { required: ["id", "text"] }), (error: Error) => {
    assert.match(
      error.message,
      /line 2: byte 11 is not UTF-8; .* WINDOWS-1251, GB18030 or SHIFT_JIS$/,
    );
    return true;
  });
});
