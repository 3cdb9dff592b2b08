import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { drawBlocks } from "../../../tasks/analyze/blocks.ts";
import { experimentOf } from "../../_support/experiments.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { madeUp, measuredAt } from "../../_support/measured_rows.ts";

const { rows } = experimentOf("figure-8");
const measured = rows.map(({ request }, at) => measuredAt(request, 40 + at));

Deno.test("every row of the reproduction is a bar, in its place", () => {
  const bars = drawBlocks(measured, madeUp).rows.map((
    { base, stage, mean },
  ) => [base, stage, mean]);
  const stages = ["base encoder", "+ MTL", "+ MTL + RAM", "+ MTL + RAM + FL"];
  const expected = ["CAML", "MultiResCNN", "BiGRU"]
    .flatMap((base, group) => stages.map((stage, at) => [base, stage, 40 + 4 * group + at]));
  assert.deepEqual(bars, expected);
});

Deno.test("MT-RAM is the BiGRU with both blocks", () => {
  const { rows: [bar] } = drawBlocks([measuredAt({ model: "mt-ram" }, 50)], madeUp);
  assert.deepEqual([bar!.base, bar!.stage], ["BiGRU", "+ MTL + RAM"]);
});

Deno.test("the picture has every value, the unit and what blocks are", async () => {
  const texts = await drawnTexts(drawBlocks(measured, madeUp).chart);
  for (
    const text of ["40.0", "51.0", "macro F1 (CAML) (percent)", "BiGRU", "+ MTL + RAM + FL"]
  ) assert.ok(texts.includes(text), text);
  assert.ok(texts.some((text) => text.startsWith("MTL: multi-task learning")));
  assert.ok(!texts.some((text) => /deviation|the paper's numbers/.test(text)));
});

Deno.test("deviations and the paper's numbers are explained where there are some", async () => {
  const bar = measuredAt({ base: "caml" }, 50, { deviation: 1, paper: 53.2 });
  const texts = await drawnTexts(drawBlocks([bar], madeUp).chart);
  assert.ok(texts.includes("Lines up and down: a standard deviation over seeds."));
  assert.ok(texts.includes("Marks without a line or a bar: the paper's numbers."));
});

Deno.test("what is no bar of the figure is refused", () => {
  for (
    const [request, found] of [
      [
        { model: "cnn" },
        /^drawing figure 8: CNN is no bar of it, expected CAML, MultiResCNN, BiGRU/,
      ],
      [{ base: "caml", ram: true }, /CAML \+ RAM is no bar of it/],
      [{ base: "caml", mtl: true, loss: "focal" }, /CAML \+ MTL \+ FL is no bar of it/],
    ] as const
  ) {
    assert.throws(
      () => drawBlocks([measuredAt(request, 50)], madeUp),
      (error: Error) => error instanceof UsageError && found.test(error.message),
    );
  }
});

Deno.test("two configurations of one bar are refused", () => {
  const twice = [measuredAt({ base: "caml" }, 50), measuredAt({ base: "caml", epochs: 3 }, 60)];
  assert.throws(() => drawBlocks(twice, madeUp), {
    name: UsageError.name,
    message: /^drawing figure 8: 2 configurations are CAML, base encoder, expected one/,
  });
});
