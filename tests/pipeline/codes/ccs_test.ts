import { zipSync } from "fflate";
import assert from "node:assert/strict";
import { join } from "node:path";
import { categoryKey, groupByPrefix, parseCcs, readCcs } from "../../../pipeline/codes/ccs.ts";
import { DataError } from "../../../pipeline/errors.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";
import { temporary } from "../../_support/tiny.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const DX = [
  "NOTE: codes change.",
  "'ICD-9-CM CODE','CCS CATEGORY','CCS CATEGORY DESCRIPTION','ICD-9-CM CODE DESCRIPTION',' ',' '",
  `'     ','0    ','No DX',"INVALID CODES IN USER DATA",' ',' '`,
  `'01000','1    ','Tuberculosis',"PRIM TB COMPLEX-UNSPEC",' ',' '`,
  `'4280 ','108  ','chf;nonhp',"CHF, NOS",' ',' '`,
  `'29389','670  ',''Miscellaneous mental health disorders'',"TRANSIENT ORG MENTAL NEC",' ',' '`,
  "",
].join("\r\n");
const PR = `note\r\nheader\r\n'0066 ','45 ','PTCA             ',"PTCA"\r\n`;

Deno.test("HCUP's quoting is undone and category 0 is left out", () => {
  const table = parseCcs(DX, "$dxref 2015.csv");
  assert.deepEqual([...table.keys()], ["01000", "4280", "29389"]);
  assert.deepEqual(table.get("4280"), {
    category: { number: "108", title: "chf;nonhp" },
    title: "CHF, NOS",
  });
  assert.equal(table.get("29389")?.category.title, "Miscellaneous mental health disorders");
});

Deno.test("a folder and a zip give the same tables", async () => {
  await using directory = await temporary();
  await Deno.writeTextFile(join(directory.path, "$dxref 2015.csv"), DX);
  const zip = join(directory.path, "ccs.zip");
  await Deno.writeFile(
    zip,
    zipSync({ "a/$dxref 2015.csv": encode(DX), "a/$prref 2015.csv": encode(PR) }),
  );
  await assert.rejects(readCcs(directory.path), {
    name: DataError.name,
    message: /no procedure table/,
  });
  await Deno.writeTextFile(join(directory.path, "$prref 2015.csv"), PR);
  for (const path of [directory.path, zip]) {
    const { category, title, files } = await readCcs(path);
    assert.equal(category("diagnosis", "01000")?.number, "1");
    assert.equal(category("procedure", "0066")?.title, "PTCA");
    assert.equal(category("procedure", "01000"), undefined);
    assert.equal(title("diagnosis", "01000"), "PRIM TB COMPLEX-UNSPEC");
    assert.deepEqual(files.map(({ name }) => name), ["$dxref 2015.csv", "$prref 2015.csv"]);
  }
  await assert.rejects(readCcs(join(directory.path, "nowhere")), DataError);
});

Deno.test("other tables are refused by line", () => {
  assert.throws(() => parseCcs("note\nheader\n428.0;108\n", "$dxref"), /line 3/);
  assert.throws(() => parseCcs("note\nheader\n", "$dxref"), /no codes/);
});

Deno.test("a code of two categories is refused by its line", () => {
  const line = (category: string) => `'4280 ','${category} ','chf',"CHF NOS"\n`;
  assert.equal(parseCcs(`note\nheader\n${line("108")}${line("108")}`, "$dxref").size, 1);
  assert.throws(() => parseCcs(`note\nheader\n${line("108")}${line("109")}`, "$dxref"), {
    name: "DataError",
    message: /^reading CCS table \$dxref: line 4 gives 4280 a second category; /,
  });
});

Deno.test("keys keep kinds apart or merge equal numbers; a prefix needs no table", () => {
  const category = { number: "45", title: "" };
  assert.equal(categoryKey("diagnosis", category, "separate"), "dx:45");
  assert.equal(categoryKey("procedure", category, "separate"), "pr:45");
  assert.equal(categoryKey("procedure", category, "paper"), "45");
  assert.equal(categoryKey("code", category, "separate"), "45");
  assert.equal(groupByPrefix(3)("code", "n448")?.number, "n44");
});

Deno.test("fault 58: a prefix is one of the code, not of the system that it names", () => {
  const groupOf = (code: string) => groupByPrefix(3)("code", code)?.number;
  const codes = [
    "ICD10CM:I10",
    "code_E119",
    "http://fhir/icd-10|I509",
    "E11_9",
    "ab_cd",
  ];
  assert.deepEqual(codes.map(groupOf), [
    "ICD10CM:I10",
    "code_E11",
    "http://fhir/icd-10|I50",
    "E11",
    "ab_",
  ]);
});

Deno.test(
  "the real tables hold 283 diagnosis and 231 procedure categories, 295 numbers",
  await needsShared("ccs2015"),
  async () => {
    const { files } = await readCcs(sharedPath("ccs2015"));
    const [dx, pr] = files.map(({ bytes, name }) => {
      const table = parseCcs(new TextDecoder().decode(bytes), name);
      return new Set([...table.values()].map(({ category }) => category.number));
    });
    assert.deepEqual([dx!.size, pr!.size, dx!.union(pr!).size], [283, 231, 295]);
  },
);
