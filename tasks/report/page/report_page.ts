/**
 * `report.html`: all that an evaluation found, as one page that needs nothing beside itself.
 *
 * @module
 */
import { html } from "hono/html";
import type { LoggedEpoch } from "../../../model/run/log.ts";
import type { Run } from "../../../model/run/run.ts";
import type { TaskEvaluation } from "../../../model/run/evaluate_run.ts";
import { type Split, type Task, TASKS } from "../../../pipeline/schema.ts";
import { formatWhole } from "../../cli/format.ts";
import { formatPage, type Html } from "../../pages/page.ts";
import sortTables from "../../pages/sort_tables.js" with { type: "text" };
import { evaluationNotes } from "../evaluation.ts";
import {
  allTables,
  type EvaluationReport,
  headlineTables,
  taskTitles,
} from "../evaluation_tables.ts";
import { formatHtmlTable } from "../html_table.ts";
import { systemTitle } from "../systems.ts";
import { acceptanceNotes, guaranteeNote, splitTables, trustNote } from "../trust.ts";
import type { Details } from "./details.ts";
import {
  codeSection,
  configFacts,
  costFacts,
  factTable,
  groupFigure,
  learningSection,
  reliabilityCharts,
  thresholdFigure,
} from "./sections.ts";

/** What a page is made from. */
export interface PageReport extends EvaluationReport {
  readonly run: Pick<Run, "dataset" | "engine" | "versions">;
  /** Digest of the weights that were evaluated. */
  readonly weights: string;
  readonly details: Details;
  /** The epochs that the run was trained for. */
  readonly epochs: readonly LoggedEpoch[];
}

/** The text of `report.html`. */
export async function formatReportPage(report: PageReport): Promise<string> {
  const { config, dataset: { manifest }, epochs, systems } = report;
  const notes = evaluationNotes(report).filter((note) => note !== "");
  const tasks: Html[] = [];
  for (const task of TASKS) {
    const own = systems[0]?.tasks[task];
    if (own) tasks.push(await taskSection(report, task, own));
  }
  const body = html`${notes.map(noteParagraph)}
<h2>Metrics</h2>
<div class="beside">${headlineTables(report).map((table) => formatHtmlTable(table))}</div>
<details><summary>Every metric, and metrics by group of labels</summary>
${allTables(report).map((table) => formatHtmlTable(table, { sortable: true }))}</details>
${await learningSection(epochs, config.monitor)}
${tasks}
${aboutSection(report)}`;
  return await formatPage({
    title: `${systemTitle(config)} on ${manifest.labelSet}`,
    body,
    styles: [],
    scripts: [sortTables],
  });
}

/** What has to be known before all else stands out. */
function noteParagraph(note: string): Html {
  const plain = note.replaceAll("**", "").replaceAll("`", "");
  const stands = note.startsWith("**") || note.startsWith("Made from");
  return html`
    <p class="${stands ? "note" : "quiet"}">${plain}</p>
  `;
}

/** A label set, on test where it was evaluated. */
async function taskSection(
  { dataset, details, systems }: PageReport,
  task: Task,
  { splits, threshold, trust }: TaskEvaluation,
): Promise<Html> {
  const split = (["test", "dev", "train"] as const).find((split) => splits[split]) as Split;
  const own = details.get(task, split);
  const acceptance = acceptanceNotes([
    { system: systems[0]!.system, tasks: { [task]: systems[0]!.tasks[task] } },
  ]);
  return html`<h2>${taskTitles[task]}</h2>
<h3>F1 by frequency, by kind and by threshold</h3>
<div class="charts">${await groupFigure(task, splits[split]!.groups)}
${own ? await thresholdFigure(task, split, own, threshold) : ""}</div>
<h3>How far the probabilities can be trusted</h3>
<p class="quiet">${trustNote}</p>
${trust ? await reliabilityCharts(task, split, trust) : ""}
<div class="beside">${
    (trust ? splitTables(task, split, trust) : []).map((table) => formatHtmlTable(table))
  }</div>
<h3>Codes that may be accepted unseen</h3>
${
    acceptance.length > 0
      ? html`
        <p>${acceptance}</p>
        <p class="quiet">${guaranteeNote}</p>
      `
      : html`<p class="quiet">No promise was asked for: evaluate with --precision 0.95 to find them.</p>`
  }
${own ? codeSection(split, dataset.labels[task], own) : ""}`;
}

function aboutSection({ config, dataset, engine, epochs, run, weights }: PageReport): Html {
  const { manifest } = dataset;
  const { train, dev, test } = manifest.documents;
  return html`<h2>How it was made</h2>
${
    factTable("The data", [
      ["label set", manifest.labelSet],
      [
        "documents",
        `${formatWhole(train)} train, ${formatWhole(dev)} dev, ${formatWhole(test)} test`,
      ],
      [
        "labels",
        TASKS.map((task) => `${formatWhole(manifest.labels[task])} ${taskTitles[task]}`).join(", "),
      ],
      ["words known", formatWhole(dataset.vocabulary.length)],
      ["notes", manifest.synthetic ? "synthetic" : manifest.restricted ? "restricted" : "real"],
      ["dataset", run.dataset.hash],
    ])
  }
${
    factTable("Costs and machines", [
      ...costFacts(epochs),
      ["trained on", run.engine.description],
      ["evaluated on", engine],
      ...Object.entries(run.versions),
      ["weights", weights],
    ])
  }
<details><summary>The run's configuration</summary>
${factTable("Configuration", configFacts(config))}</details>`;
}
