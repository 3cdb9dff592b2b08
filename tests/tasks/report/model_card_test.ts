import assert from "node:assert/strict";
import { formatModelCard, type ModelCard } from "../../../tasks/report/model_card.ts";
import { labelsOf, mimicDataset, tinyReport } from "../../_support/evaluation_report.ts";
import { sampleDataset, sampleEngine } from "../../_support/sample_run.ts";

const dataset = mimicDataset();

/** The card of a run on MIMIC-III that was not evaluated, some of it changed. */
function cardOf(changes: Partial<ModelCard> = {}, own: object = {}): string {
  return formatModelCard({
    run: {
      directory: "runs/my marn",
      config: tinyReport.config,
      dataset: { ...sampleDataset, ...own },
      engine: sampleEngine,
      labels: { icd: labelsOf(["428.0", "427.31"]), ccs: labelsOf(["98"]) },
    },
    dataset,
    epochs: [{ epoch: 1, trainLoss: 1, value: 0.25, improved: true, tokens: 10, seconds: 61 }],
    ...changes,
  } as ModelCard);
}

Deno.test("a card says what a run was trained on", () => {
  const card = cardOf();
  assert.match(card, /^# MARN on top50$/m);
  assert.match(card, /2 ICD codes and 1 CCS categories/);
  assert.match(card, /9 documents of discharge summaries of MIMIC-III; 2 others decided/);
  assert.match(card, /for 1 epoch, 1 min 01 s of steps, on some engine/);
  assert.match(card, /of epoch 1, the best by p@5 on dev \(25\.0%\)/);
});

Deno.test("fault 52: the card of a restricted run says so, another's that it is not", () => {
  assert.match(cardOf(), /\*\*Restricted\.\*\* Made from MIMIC-III: weights, vocabulary/);
  const free = cardOf({}, { restricted: false });
  assert.match(free, /No: nothing restricted went into it/);
  assert.doesNotMatch(free, /\*\*Restricted/);
});

Deno.test("a card says what the run is not for: codes beyond its own, rare ones", () => {
  assert.match(cardOf(), /Codes beyond its 2: it cannot name them/);
  assert.match(cardOf(), /Rare codes: 2 of its codes were in fewer than 10 training documents/);
});

Deno.test("the card of a run on made-up notes is not for real ones", () => {
  assert.match(cardOf({}, { synthetic: true }), /- \*\*Real notes at all\*\*/);
  assert.doesNotMatch(cardOf(), /Real notes at all/);
});

Deno.test("a run that was not evaluated says how it can be", () => {
  assert.match(cardOf(), /deno task evaluate --run 'runs\/my marn'/);
});

Deno.test("one that was has its figures, those of test", () => {
  const card = cardOf({ report: tinyReport });
  assert.match(card, /^### ICD codes, test: 2 documents/m);
  assert.doesNotMatch(card, /not evaluated/);
});

Deno.test("figures of dev alone are said to flatter", () => {
  const icd = { threshold: 0.5, splits: { dev: tinyReport.systems[0]!.tasks.icd!.splits.dev! } };
  const report = { ...tinyReport, systems: [{ system: "marn", tasks: { icd } }] };
  assert.match(cardOf({ report }), /\*\*It was not evaluated on test\*\*/);
});
