import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { composeChart } from "../../../tasks/charts/chart.ts";
import { type Figure, writeFigure } from "../../../tasks/analyze/figure.ts";
import { readCsv } from "../../_support/read_csv.ts";
import { temporary } from "../../_support/tiny.ts";

const figure: Figure = {
  number: 9,
  chart: composeChart({ title: "Figure 9", notes: [], panels: [], columns: 1 }),
  rows: [
    { code: "428.0", title: 'so "called", this', mean: 1 / 3, deviation: null, paper: true },
    { code: "038", title: "", mean: NaN, deviation: 2e-9, paper: false },
  ],
  more: { regions: [{ code: "dx:1", own: 3 }] },
  findings: [],
  summary: {},
};

Deno.test("a figure is a picture and its tables, in a folder that is made", async () => {
  await using directory = await temporary();
  const folder = `${directory.path}/some/where`;
  const files = await writeFigure(folder, figure);
  assert.deepEqual(files, [
    `${folder}/figure-9.svg`,
    `${folder}/figure-9.csv`,
    `${folder}/figure-9-regions.csv`,
  ]);
  assert.match(await Deno.readTextFile(files[0]!), /^<svg /);
  assert.equal(await Deno.readTextFile(files[2]!), "code,own\ndx:1,3\n");
});

Deno.test("a table is CSV, with every digit; what is not there is empty", async () => {
  await using directory = await temporary();
  const [, csv] = await writeFigure(directory.path, figure);
  const rows = readCsv(await Deno.readTextFile(csv!)).map((row) => row.map(({ text }) => text));
  assert.deepEqual(rows, [
    ["code", "title", "mean", "deviation", "paper"],
    ["428.0", 'so "called", this', "0.3333333333333333", "", "true"],
    ["038", "", "", "2e-9", "false"],
  ]);
});

Deno.test("a figure that is drawn again takes the old one's place", async () => {
  await using directory = await temporary();
  await writeFigure(directory.path, figure);
  await writeFigure(directory.path, { ...figure, rows: [{ code: "new" }] });
  assert.equal(await Deno.readTextFile(`${directory.path}/figure-9.csv`), "code\nnew\n");
});

for (
  const [file, content] of [
    ["figure-9.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>Figure 8: mine</text></svg>"],
    ["figure-9.csv", "mine\n1\n"],
    ["figure-9-regions.csv", "mine\n1\n"],
  ] as const
) {
  Deno.test(`fault 79: somebody's ${file} is not replaced by a figure, and nothing is written`, async () => {
    await using directory = await temporary();
    await Deno.writeTextFile(`${directory.path}/${file}`, content);
    await assert.rejects(writeFigure(directory.path, figure, true), (error: Error) => {
      assert.ok(error instanceof UsageError);
      return error.message.startsWith(`replacing ${directory.path}/${file}: `);
    });
    assert.equal(await Deno.readTextFile(`${directory.path}/${file}`), content);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(directory.path))).length, 1);
  });
}

for (const file of ["figure-9.csv", "figure-9-regions.csv"]) {
  Deno.test(`fault 79: somebody's ${file} beside a picture of this command's is not replaced`, async () => {
    await using directory = await temporary();
    await writeFigure(directory.path, figure);
    await Deno.writeTextFile(`${directory.path}/${file}`, "mine\n1\n");
    await assert.rejects(writeFigure(directory.path, { ...figure, rows: [] }), {
      name: UsageError.name,
      message: /\.csv: it is not as it was drawn with the picture beside it; expected what /,
    });
    assert.equal(await Deno.readTextFile(`${directory.path}/${file}`), "mine\n1\n");
  });
}

Deno.test("a drawing that was ended between its tables and its picture is drawn again", async () => {
  await using directory = await temporary();
  const [picture] = await writeFigure(directory.path, figure);
  await Deno.remove(picture!);
  assert.equal((await writeFigure(directory.path, figure))[0], picture);
});

Deno.test("tables of an earlier version's picture, which names no digests, are replaced", async () => {
  await using directory = await temporary();
  const [picture] = await writeFigure(directory.path, figure);
  const svg = await Deno.readTextFile(picture!);
  await Deno.writeTextFile(picture!, svg.replaceAll(/<!--.*?-->/g, ""));
  await writeFigure(directory.path, { ...figure, rows: [{ code: "new" }] });
  assert.equal(await Deno.readTextFile(`${directory.path}/figure-9.csv`), "code\nnew\n");
});
