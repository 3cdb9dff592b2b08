import assert from "node:assert/strict";
import type { LabelLoss } from "../../../model/analysis/label_losses.ts";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { drawLosses, type RunLosses } from "../../../tasks/analyze/losses.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { labelNamed } from "../../_support/label_planes.ts";
import { madeUp } from "../../_support/measured_rows.ts";

const labels = ["a", "b", "c", "d", "e", "f", "g"].map((code) => labelNamed(code));
const source = { origin: madeUp, split: "test", labels } as const;

/** A run whose losses of six codes rise from `first` by a hundredth each; "a" occurs nowhere. */
function runOf(request: ConfigRequest, first: number, codes = 6): RunLosses {
  const losses = Array.from({ length: codes }, (_, at): LabelLoss => {
    return { label: 6 - at % 6, documents: 600 - at, loss: 1, normalised: first + at / 100 };
  });
  return { config: resolveConfig(request), losses };
}

const runs = [runOf({}, 0.1), runOf({ loss: "bce" }, 0.2)];

Deno.test("every code of every run is a point, by rank", () => {
  const { rows } = drawLosses(runs, source);
  assert.equal(rows.length, 12);
  assert.deepEqual(rows[0], {
    series: "trained with focal loss (MARN)",
    rank: 1,
    code: "g",
    title: "title of g",
    documents: 600,
    normalised_bce: 0.1,
  });
  assert.equal(rows[6]!.series, "trained with BCE (MARN w/o FL)");
});

Deno.test("seeds of one system and loss are averaged", () => {
  const { rows } = drawLosses([runOf({}, 0.1), runOf({ seed: 2 }, 0.3)], source);
  assert.equal(rows.length, 6);
  assert.equal(rows[0]!.normalised_bce, 0.2);
});

Deno.test("frequent, middling and rare codes are summed up by run", () => {
  const { summary, findings } = drawLosses(runs, source);
  const [{ series, codes, frequent, middle, rare }] = summary as [Record<string, number>];
  assert.deepEqual([series, codes], ["trained with focal loss (MARN)", 6]);
  const found = [frequent, middle, rare].map((mean) => mean!.toFixed(3));
  assert.deepEqual(found, ["0.105", "0.125", "0.145"]);
  assert.match(findings[1]!, /^trained with BCE .* 0\.205 over .* 0\.225 over .* 0\.245 over/);
});

Deno.test("the picture names curves, units, the split, what is left out and the data", async () => {
  const texts = (await drawnTexts(drawLosses(runs, source).chart)).join("\n");
  for (
    const text of [
      "trained with focal loss (MARN)",
      "trained with BCE (MARN w/o FL)",
      "normalised BCE (nats, logarithmic)",
      "ICD codes by rank, the most frequent first",
      "cross-entropy on test",
      "Data: synthetic notes (some/top50)",
    ]
  ) assert.ok(texts.includes(text), text);
  assert.match(texts.replaceAll("\n", " "), /Left out: 1 code that no document there carries\./);
});

Deno.test("of many codes the line goes through medians, and says so", async () => {
  const note = (texts: readonly string[]) => texts.filter((text) => text.startsWith("Lines: "));
  const some = drawLosses([runOf({}, 0.1, 60)], source);
  assert.deepEqual(note(await drawnTexts(some.chart)), []);
  const many = drawLosses([runOf({}, 0.1, 130)], source);
  assert.equal(many.rows.length, 130);
  assert.deepEqual(note(await drawnTexts(many.chart)), [
    "Lines: the median of 3 neighbouring codes each; dots: the codes.",
  ]);
});

Deno.test("a split whose documents carry no code is refused", () => {
  assert.throws(() => drawLosses([runOf({}, 0.1, 0)], source), {
    name: UsageError.name,
    message: /^drawing figure 11: no document of test carries an ICD code, .* another --split$/,
  });
});
