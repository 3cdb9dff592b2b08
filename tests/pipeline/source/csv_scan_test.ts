import fc from "fast-check";
import assert from "node:assert/strict";
import { type CsvFindings, CsvScan } from "../../../pipeline/source/csv_scan.ts";

/** Scans `bytes` in pieces of `size`. */
function scan(bytes: Uint8Array | string, size = 1 << 20, delimiter = ","): CsvFindings {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const scan = new CsvScan({ delimiter, quoted: true, separatorLine: false });
  for (let i = 0; i < all.length; i += size) scan.update(all.subarray(i, i + size));
  return scan.finish();
}

Deno.test("records are counted by line ends outside quotes", () => {
  const counted: [string, number][] = [
    ["", 0],
    ["a,b\n", 1],
    ["a,b\n1,2", 2],
    ['a,b\n1,"x\ny"\n2,"say ""hi""\n"\n', 3],
    ["a,b\r\n1,2\r\n\r\n", 2],
    ['\ufeff"a","b"\n"1\n","2"\n', 2],
    ['a,b\n1,5" tall\n2,6" tall\n3,x\n', 4],
    ['a\n"x"\n""\n"\n"\n', 4],
  ];
  for (const [text, records] of counted) {
    for (const size of [1, 2, 3, 100]) {
      assert.equal(scan(text, size).records, records, JSON.stringify(text));
    }
  }
  assert.equal(scan('a\tb\n1\t"x\n"\n', 1, "\t").records, 2);
});

Deno.test("fault 2: an end inside a quoted field shows", () => {
  assert.equal(scan('a\n"x\n').fault?.kind, "open quote");
  assert.equal(scan('a\n"x"\n').fault, null);
  assert.equal(scan('a\n"x""').fault?.offset, 2);
});

Deno.test("fault 13: the offset of the first byte that is not UTF-8", () => {
  const text = new TextEncoder().encode("naïve 日本 🙂 text");
  for (const size of [1, 2, 3, 5, 100]) {
    assert.equal(scan(text, size).invalidUtf8, null);
    const broken = text.slice();
    broken[16] = 0xff;
    const expected = scan(broken, 100).invalidUtf8;
    assert.equal(scan(broken, size).invalidUtf8, expected, `pieces of ${size}`);
  }
  assert.equal(scan(Uint8Array.of(97, 0xff, 97)).invalidUtf8, 1);
  assert.equal(scan(Uint8Array.of(97, 0xe6, 0x97)).invalidUtf8, 1, "cut at the end");
  assert.equal(scan(Uint8Array.of(97, 0xc0, 0x80)).invalidUtf8, 1, "overlong");
});

Deno.test("property: any table of any fields has as many records as rows", () => {
  const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é", " ") });
  fc.assert(fc.property(
    fc.integer({ min: 2, max: 3 }).chain((fields) =>
      fc.array(fc.array(field, { minLength: fields, maxLength: fields }), {
        minLength: 1,
        maxLength: 8,
      })
    ),
    fc.integer({ min: 1, max: 9 }),
    (rows, size) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = rows.map((row) => row.map(quote).join(",") + "\n").join("");
      const { records, fault, invalidUtf8, oddity } = scan(text, size);
      assert.deepEqual([records, fault, invalidUtf8, oddity], [rows.length, null, null, null]);
    },
  ));
});

Deno.test("where a record has other fields than the first, where text follows a closing quote", () => {
  const faults: [string, string, number][] = [
    ["a,b\n1,2\n3\n", "fields", 8],
    ["a,b\r\n1,2,3\r\n", "fields", 5],
    ['a,b\n1,"x\ny"\n\n\n3,4,5\n', "fields", 14],
    ['a,b\n"1"x,2\n', "quote", 7],
    ['a,b\n"1" "x",2\n', "quote", 8],
    ['a,b\n1,"x\n', "open quote", 6],
  ];
  for (const [text, kind, offset] of faults) {
    for (const size of [1, 2, 100]) {
      const { fault } = scan(text, size);
      assert.deepEqual([fault?.kind, fault?.offset], [kind, offset], JSON.stringify(text));
    }
  }
});

Deno.test("readers agree on one kind of line end, and on neither blanks nor quotes astray", () => {
  const plain = ["a,b\n1,2\n", "a,b\r\n1,2", 'a,b\n"1\r\n\r",2\n', "a,b\n 1,2 \n\n3,4\n"];
  const odd: [text: string, oddity: number][] = [
    ["a,b\r1,2\r", 3],
    ["a,b\n1,2\r\n", 7],
    ["a,b\r\n1,2\n", 8],
    ["a,b\r\n1,2\r3,4\r\n", 8],
    ['a,b\n1, "2"\n', 7],
    ['a,b\n1,"2" \n', 10],
    ['a,b\n"1" ,2\n', 8],
    ['a,b\n1,5" tall\n', 7],
    ["a,b\n   \n1,2\n", 7],
  ];
  for (const size of [1, 2, 100]) {
    for (const text of plain) assert.equal(scan(text, size).oddity, null, JSON.stringify(text));
    for (const [text, at] of odd) assert.equal(scan(text, size).oddity, at, JSON.stringify(text));
  }
});
