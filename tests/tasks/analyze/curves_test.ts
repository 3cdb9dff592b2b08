import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import { drawCurves } from "../../../tasks/analyze/curves.ts";
import { experimentOf } from "../../_support/experiments.ts";
import { drawnTexts } from "../../_support/drawn_texts.ts";
import { madeUp, measuredAt } from "../../_support/measured_rows.ts";

/** The rows of a figure's reproduction, each once. */
function rowsOf(id: string) {
  const { rows } = experimentOf(id);
  return rows.filter(({ name }) => name !== "γ = 2") // the same as α = 0.999
    .map(({ request }, at) => measuredAt(request, 50 + at));
}

/** The values of a constant at which a figure has points. */
function valuesOf(figure: ReturnType<typeof drawCurves>, constant: string) {
  const own = figure.rows.filter((row) => row.constant === constant && row.metric === "micro F1");
  return own.map(({ value }) => value);
}

Deno.test("figure 12 has a curve over α and one over γ, which share a point", () => {
  const figure = drawCurves(12, rowsOf("figure-12"), madeUp);
  assert.deepEqual(valuesOf(figure, "α"), [0.25, 0.5, 0.75, 0.9, 0.99, 0.999]);
  assert.deepEqual(valuesOf(figure, "γ"), [1, 2, 3, 4, 5]);
});

Deno.test("figure 13 ends with the ICD branch alone, as λ_d = 1", () => {
  const figure = drawCurves(13, rowsOf("figure-13"), madeUp);
  assert.deepEqual(valuesOf(figure, "λ_d"), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  assert.equal(figure.rows.at(-1)!.mean, 59);
});

Deno.test("each point has its value of each of the paper's three metrics", () => {
  const { rows } = drawCurves(13, [measuredAt({ set: ["loss.icdWeight=0.5"] }, 61)], madeUp);
  assert.deepEqual(
    rows,
    ["macro F1 (CAML)", "micro F1", "P@5"].map((metric) => {
      return { constant: "λ_d", value: 0.5, metric, mean: 61, deviation: null, paper: null };
    }),
  );
});

Deno.test("where a metric is the highest is said", () => {
  const { findings } = drawCurves(13, rowsOf("figure-13"), madeUp);
  assert.equal(findings[1], "micro F1 is highest at λ_d = 1: 59.0");
});

Deno.test("the pictures name constants, metrics, the unit and the data", async () => {
  const texts12 = await drawnTexts(drawCurves(12, rowsOf("figure-12"), madeUp).chart);
  for (
    const text of ["α at γ = 2", "γ at α = 0.999", "percent", "macro F1 (CAML)", "P@5", "0.999"]
  ) {
    assert.ok(texts12.includes(text), text);
  }
  const texts13 = await drawnTexts(drawCurves(13, rowsOf("figure-13"), madeUp).chart);
  assert.ok(texts13.some((text) => text.startsWith("λ_d, the weight of the ICD branch")));
  assert.ok(texts13.some((text) => text.startsWith("Data: synthetic notes (some/top50).")));
});

Deno.test("deviations and the paper's numbers are drawn", async () => {
  const point = measuredAt({}, 60, { deviation: 2, paper: 71.8 });
  const texts = await drawnTexts(drawCurves(13, [point], madeUp).chart);
  assert.ok(texts.includes("Lines up and down: a standard deviation over seeds."));
  assert.ok(texts.includes("72"), texts.join()); // the axis reaches the paper's
});

Deno.test("a curve that no run belongs to is left out", async () => {
  const figure = drawCurves(12, [measuredAt({ set: ["loss.alpha=0.5"] }, 60)], madeUp);
  const texts = await drawnTexts(figure.chart);
  assert.ok(texts.includes("α at γ = 2") && !texts.includes("γ at α = 0.999"));
});

Deno.test("runs of neither curve, and runs that differ in more, are refused", () => {
  const neither = measuredAt({ set: ["loss.alpha=0.5", "loss.gamma=3"] }, 60);
  assert.throws(() => drawCurves(12, [neither], madeUp), {
    name: UsageError.name,
    message:
      /^drawing figure 12: none of the runs is of it, expected α at γ = 2 or γ at α = 0\.999/,
  });
  const other = measuredAt({ set: ["loss.alpha=0.5", "model.hidden=64"] }, 60);
  assert.throws(() => drawCurves(12, [measuredAt({}, 60), other], madeUp), {
    name: UsageError.name,
    message: /^comparing runs: two differ in model\.hidden, expected a difference in seed or /,
  });
});
