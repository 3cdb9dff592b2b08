import assert from "node:assert/strict";
import {
  groupChart,
  learningCurve,
  reliabilityChart,
  thresholdChart,
} from "../../../../tasks/report/page/charts.ts";
import { tinyEvaluation } from "../../../_support/evaluation_report.ts";
import { drawnTexts } from "../../../_support/drawn_texts.ts";

const epochs = [1, 2, 3].map((epoch) => ({
  epoch,
  trainLoss: 1 / epoch,
  value: epoch === 1 ? NaN : 0.2 * epoch,
  improved: epoch === 2,
  tokens: 10,
  seconds: 1,
}));
const bins = [{ cells: 3, mean: 0.2, share: 0.4 }, { cells: 0, mean: NaN, share: NaN }];

for (
  const [what, chart, texts] of [
    ["learning", learningCurve(epochs, { title: "dev p@5", of: "value" }), ["epoch", "dev p@5"]],
    [
      "thresholds",
      thresholdChart(
        [{ threshold: 0.1, precision: 0.5, recall: 1, f1: 0.7 }, {
          threshold: 0.9,
          precision: NaN,
          recall: 0,
          f1: 0,
        }],
        0.4,
      ),
      ["precision", "recall", "F1", "threshold"],
    ],
    [
      "reliability",
      reliabilityChart(new Map([["as given", { ece: 0, brier: 0, bins }]])),
      ["as given", "true, percent"],
    ],
    [
      "groups",
      groupChart(tinyEvaluation.splits.test!.groups, ["micro_f1_tuned", "macro_f1_tuned"]),
      ["diagnoses", "procedures", "micro F1, tuned", "macro F1, tuned"],
    ],
  ] as const
) {
  Deno.test(`the chart of ${what} is drawn without a warning, and says what it shows`, async () => {
    const found = await drawnTexts(chart);
    assert.deepEqual(texts.filter((text) => !found.includes(text)), []);
  });
}
