import assert from "node:assert/strict";
import { join } from "node:path";
import { createTrustMeter } from "../../../../model/run/trust.ts";
import { evaluateSplit } from "../../../../model/metrics/evaluate.ts";
import { drawResamples } from "../../../../model/metrics/bootstrap/resamples.ts";
import { createRandom } from "../../../../pipeline/random.ts";
import type { Label } from "../../../../pipeline/schema.ts";
import { DetailsCollector } from "../../../../tasks/report/page/details.ts";
import { formatReportPage, type PageReport } from "../../../../tasks/report/page/report_page.ts";
import { seriousFindings } from "../../../_support/axe.ts";
import { browserTest } from "../../../_support/browser.ts";
import { drawCases } from "../../../_support/coded_cases.ts";
import { mimicDataset, tinyReport } from "../../../_support/evaluation_report.ts";
import { sampleDataset, sampleEngine } from "../../../_support/sample_run.ts";

const hostile = `</td><script>document.title = "taken"</script>`;

const labels = Array.from({ length: 10 }, (_, at): Label => ({
  code: `${400 + at}.0`,
  kind: at < 6 ? "diagnosis" : "procedure",
  title: at === 0 ? hostile : at === 1 ? "" : `disease ${at}`,
  group: "",
  documents: { train: at < 3 ? 7 : 60, dev: 5, test: 5 },
}));

/** A report of made-up scores. */
function makeReport(changes: Partial<PageReport> = {}): PageReport {
  const details = new DetailsCollector();
  const meter = createTrustMeter({ labels, promise: { precision: 0.8, confidence: 0.9 } });
  const threshold = 0.45;
  const splits = Object.fromEntries((["dev", "test"] as const).map((split) => {
    const { matrix, truth } = drawCases(createRandom(1, split), { cases: 200, clumsiness: 0 });
    const resamples = drawResamples(200, { size: 20, seed: 1 });
    meter.add(split, { matrix, truth, threshold, resamples });
    details.add({ task: "icd", split, matrix, truth, threshold });
    return [split, evaluateSplit(matrix, truth, { labels, threshold, resamples })];
  }));
  const epochs = [0.3, 0.4, 0.35].map((value, at) => ({
    epoch: at + 1,
    trainLoss: 1 / (at + 1),
    value,
    improved: at < 2,
    tokens: 1000,
    seconds: 2,
  }));
  const dataset = mimicDataset();
  return {
    ...tinyReport,
    dataset: { ...dataset, labels: { ...dataset.labels, icd: labels } },
    systems: [{ system: "marn", tasks: { icd: { threshold, splits, trust: meter.trust } } }],
    run: {
      dataset: sampleDataset,
      engine: sampleEngine,
      versions: { deno: "2.9.6" },
    },
    weights: "2".repeat(64),
    details,
    epochs,
    ...changes,
  } as PageReport;
}

/** What of `expected` a page lacks, and what of `forbidden` it has: a page is no message. */
function findings(page: string, expected: readonly RegExp[], forbidden: readonly RegExp[] = []) {
  return [
    ...expected.filter((pattern) => !pattern.test(page)),
    ...forbidden.filter((pattern) => pattern.test(page)),
  ];
}

Deno.test("the page holds what an evaluation found, and how the run came about", async () => {
  const found = findings(await formatReportPage(makeReport()), [
    /<title>MARN on top50<\/title>/,
    /<caption>ICD codes, test: 200 documents, 10 labels, 10 of them present<\/caption>/,
    /micro F1, tuned/,
    /<svg id="learning-loss"/,
    /<svg id="icd-groups"/,
    /<svg id="icd-threshold"/,
    /<svg id="icd-reliability"/,
    /may be accepted unseen at a precision of 80%/,
    /<caption>Best codes<\/caption>/,
    /<caption>Worst codes<\/caption>/,
    /optimizer\.learningRate/,
    /training steps took<\/th>\s*<td class="text">6 s</,
  ]);
  assert.deepEqual(found, []);
});

Deno.test("the page says that data are restricted", async () => {
  const found = findings(await formatReportPage(makeReport()), [
    /<p class="note">Made from MIMIC-III/,
  ]);
  assert.deepEqual(found, []);
});

Deno.test("fault 48: a title is text of the page", async () => {
  const page = await formatReportPage(makeReport());
  const found = findings(page, [/&lt;script&gt;document\.title/], [/<script>/]);
  assert.deepEqual(found, []);
});

Deno.test("a run without a log has no learning curves, and a page all the same", async () => {
  const page = await formatReportPage(makeReport({ epochs: [] }));
  assert.deepEqual(findings(page, [/<h2>ICD codes/], [/<h2>Learning/, /tokens a second/]), []);
});

Deno.test("every chart and every table of the page is its own", async () => {
  const page = await formatReportPage(makeReport());
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.length > 5);
});

browserTest("the report asks for nothing, and obeys no title", async (open) => {
  await withReport(async (path) => {
    const { page, requests, complaints } = await open(path);
    assert.equal(await page.title(), "MARN on top50");
    assert.deepEqual([requests, complaints], [[], []]);
  });
});

browserTest("the report fits a phone, and its charts too", async (open) => {
  await withReport(async (path) => {
    const { page } = await open(path, { width: 390 });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
    const widest = await page.evaluate(
      "Math.max(...[...document.querySelectorAll('figure svg')].map((svg) => svg.getBoundingClientRect().right))",
    );
    assert.ok(Number(widest) <= 390, `${widest}`);
  });
});

browserTest(
  "the report's charts are drawn in the page's colours, dark ones on a dark page; all can read it",
  async (open) => {
    await withReport(async (path) => {
      const colours = [];
      for (const dark of [false, true]) {
        const { page } = await open(path, { dark });
        assert.deepEqual(await seriousFindings(page), []);
        colours.push(
          await page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill"),
        );
      }
      assert.deepEqual(colours, ["rgb(26, 26, 26)", "rgb(232, 232, 232)"]);
    });
  },
);

async function withReport(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "report.html");
    await Deno.writeTextFile(path, await formatReportPage(makeReport()));
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
