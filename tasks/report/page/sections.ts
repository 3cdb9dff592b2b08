/**
 * The sections of a report's page.
 *
 * @module
 */
import { html, raw } from "hono/html";
import { flatten } from "../../../model/config/config.ts";
import type { Metrics } from "../../../model/metrics/evaluate.ts";
import type { LabelMetrics } from "../../../model/metrics/labels.ts";
import type { Reliability } from "../../../model/metrics/reliability.ts";
import type { LoggedEpoch } from "../../../model/run/log.ts";
import type { TaskTrust } from "../../../model/run/trust.ts";
import type { Label, Split, Task } from "../../../pipeline/schema.ts";
import type { Chart } from "../../charts/chart.ts";
import { drawInline } from "../../charts/draw.ts";
import { formatDuration, formatPercent, formatWhole } from "../../cli/format.ts";
import type { Html } from "../../pages/page.ts";
import { formatHtmlTable } from "../html_table.ts";
import type { Table } from "../table.ts";
import { methodTitle } from "../trust.ts";
import { groupChart, learningCurve, reliabilityChart, thresholdChart } from "./charts.ts";
import type { SplitDetails } from "./details.ts";

/** Codes with fewer documents than these say little of a system, one by one. */
const FEWEST = 5;

/** Best and worst codes that are shown. */
const SHOWN = 10;

/** Most codes that the page lists, the most frequent ones. */
const LISTED = 1000;

/** A chart with its caption. */
async function figure(chart: Chart, id: string, caption: string): Promise<Html> {
  const svg = await drawInline(chart, { id, label: caption });
  return html`
    <figure>${raw(svg)}<figcaption>${caption}</figcaption></figure>
  `;
}

/** How training went, by epoch. */
export async function learningSection(
  epochs: readonly LoggedEpoch[],
  monitor: string,
): Promise<Html> {
  if (epochs.length === 0) return html``;
  const charts = [
    await figure(
      learningCurve(epochs, { title: "training loss", of: "trainLoss" }),
      "learning-loss",
      "Mean loss of each epoch's training documents.",
    ),
    await figure(
      learningCurve(epochs, { title: `dev ${monitor}, percent`, of: "value" }),
      "learning-monitor",
      `${monitor} on dev after each epoch; the dot is the epoch whose weights were kept.`,
    ),
  ];
  return html`
    <h2>Learning</h2>
    <div class="charts">${charts}</div>
  `;
}

/** By frequency of the codes and by kind, where there are such groups. */
export async function groupFigure(
  task: Task,
  groups: { readonly [name: string]: Metrics },
): Promise<Html> {
  if (Object.keys(groups).length === 0) return html``;
  return await figure(
    groupChart(groups, ["micro_f1_tuned", "macro_f1_tuned"]),
    `${task}-groups`,
    "F1 at the tuned threshold by how many training documents carry a code, and by its kind; with " +
      "95% intervals where there are any.",
  );
}

/** What other thresholds would come to. */
export async function thresholdFigure(
  task: Task,
  split: Split,
  { curve }: SplitDetails,
  threshold: number,
): Promise<Html> {
  return await figure(
    thresholdChart(curve, threshold),
    `${task}-threshold`,
    `Micro precision, recall and F1 on ${split} of codes with a score above each threshold; the dashed ` +
      `line is the tuned one, ${threshold.toFixed(3)}.`,
  );
}

/** Reliability curves, overall and by group. */
export async function reliabilityCharts(task: Task, split: Split, trust: TaskTrust): Promise<Html> {
  const measured = trust.reliability[split];
  if (!measured?.none) return html``;
  const title = methodTitle(trust.use, trust);
  const curvesOf = (of: (method: "none" | TaskTrust["use"]) => Reliability | undefined) => {
    const curves = new Map([["as given", of("none")!]]);
    const used = of(trust.use);
    if (trust.use !== "none" && used) curves.set(title, used);
    return curves;
  };
  const charts = [
    await figure(
      reliabilityChart(curvesOf((method) => measured[method]?.all)),
      `${task}-reliability`,
      `All codes, ${split}. On the line, codes are true as often as they are said to be.`,
    ),
  ];
  for (const [at, name] of Object.keys(measured.none.groups).entries()) {
    charts.push(
      await figure(
        reliabilityChart(curvesOf((method) => measured[method]?.groups[name])),
        `${task}-reliability-${at}`,
        `Labels: ${name}.`,
      ),
    );
  }
  return html`<div class="charts">${charts}</div>`;
}

/** The codes that the system knows best and worst, then all of them. */
export function codeSection(
  split: Split,
  labels: readonly Label[],
  details: SplitDetails,
): Html {
  const rows = details.labels
    .map((metrics, at) => ({ label: labels[at]!, metrics }))
    .filter(({ metrics }) => metrics.positives > 0);
  const telling = rows.filter(({ metrics }) => metrics.positives >= FEWEST)
    .sort((a, b) => b.metrics.f1 - a.metrics.f1);
  const best = telling.slice(0, Math.min(SHOWN, Math.ceil(telling.length / 2)));
  const worst = telling.slice(best.length).reverse().slice(0, SHOWN);
  const listed = rows.toSorted((a, b) => b.metrics.positives - a.metrics.positives).slice(
    0,
    LISTED,
  );
  const which = listed.length < rows.length
    ? `The ${formatWhole(LISTED)} most frequent of ${formatWhole(rows.length)} codes`
    : `All ${formatWhole(rows.length)} codes`;
  return html`
    <h3>Codes, one by one</h3>
    <p
      class="quiet">On ${split}, at the tuned threshold; of codes that at least ${FEWEST} documents
        carry.</p>
    <div class="beside">${best.length > 0
      ? formatHtmlTable(codeTable("Best codes", best), codeColumns)
      : ""}${worst.length > 0
      ? formatHtmlTable(codeTable("Worst codes", worst), codeColumns)
      : ""}</div>
    <details><summary>${which} that occur on ${split}</summary>
        ${formatHtmlTable(codeTable(which, listed), codeColumns)}</details>
  `;
}

const codeColumns = { sortable: true, words: [1] };

function codeTable(
  title: string,
  rows: readonly { readonly label: Label; readonly metrics: LabelMetrics }[],
): Table {
  return {
    title,
    columns: ["code", "title", "in training", "here", "assigned", "P", "R", "F1", "AUC", "AUC-PR"],
    rows: rows.map(({ label, metrics }) => [
      label.code,
      label.title || "(no title)",
      formatWhole(label.documents.train),
      formatWhole(metrics.positives),
      formatWhole(metrics.assigned),
      ...[metrics.precision, metrics.recall, metrics.f1, metrics.auc, metrics.auprc]
        .map((value) => formatPercent(value)),
    ]),
  };
}

/** Facts of a run as a table of two columns. */
export function factTable(title: string, facts: readonly (readonly [string, string])[]): Html {
  const rows = facts.map(([name, value]) => [name, value]);
  return formatHtmlTable({ title, columns: ["", ""], rows }, { words: [1] });
}

/** What training cost. */
export function costFacts(epochs: readonly LoggedEpoch[]): [string, string][] {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const tokens = epochs.reduce((sum, epoch) => sum + epoch.tokens, 0);
  if (epochs.length === 0) return [];
  return [
    ["epochs", String(epochs.length)],
    ["training steps took", formatDuration(seconds)],
    ["tokens trained on", formatWhole(tokens)],
    ["tokens a second", formatWhole(Math.round(tokens / seconds))],
  ];
}

/** A configuration, a key a line. */
export function configFacts(config: Parameters<typeof flatten>[0]): [string, string][] {
  return [...flatten(config)].map(([key, value]) => [key, String(value)]);
}
