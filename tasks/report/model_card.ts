/**
 * A run's model card, its `README.md`: what it was trained on, how it does, what it is not for, and
 * whether it is restricted. For those who are handed a run and nothing else.
 *
 * @module
 */
import { MODEL_CARD } from "../../model/run/contents.ts";
import { type LoggedEpoch, loggedEpochs } from "../../model/run/log.ts";
import { openRun, type Run } from "../../model/run/run.ts";
import { type FileDigest, writeDigested } from "../../pipeline/files/checksum.ts";
import { privateModes } from "../../pipeline/files/restricted.ts";
import { LABEL_NOUNS, type Task } from "../../pipeline/schema.ts";
import { tasksOf } from "../../model/zoo/blocks.ts";
import { counted, formatDuration, formatWhole, quoteArgument } from "../cli/format.ts";
import type { CohortSubject } from "./cohort_notes.ts";
import { type EvaluationReport, headlineTables } from "./evaluation_tables.ts";
import { restrictedNote } from "./restricted.ts";
import { systemTitle } from "./systems.ts";
import { formatMarkdown } from "./table.ts";
import { acceptanceNotes } from "./trust.ts";

/** What a card is made from. */
export interface ModelCard {
  readonly run: Pick<Run, "directory" | "config" | "dataset" | "engine" | "labels">;
  /** The dataset that the run was trained on. */
  readonly dataset: CohortSubject;
  /** The epochs that the run was trained for. */
  readonly epochs: readonly LoggedEpoch[];
  /** Undefined where it was not evaluated yet. */
  readonly report?: EvaluationReport | undefined;
}

/** Labels that fewer training documents carry are learned from little. */
const RARE = 10;

/** Writes a run's card. Throws `ResourceError`. */
export function writeModelCard(card: ModelCard): Promise<FileDigest> {
  return writeDigested(card.run.directory, MODEL_CARD, formatModelCard(card));
}

/**
 * Writes the card of a run that was just trained, and is yet to be evaluated.
 *
 * @throws {IntegrityError} where something in the run is not as it was written.
 * @throws {ResourceError} where the card cannot be written.
 */
export async function writeTrainedCard(directory: string, dataset: CohortSubject): Promise<void> {
  const run = await openRun(directory);
  using _modes = privateModes(run.dataset.restricted);
  await writeModelCard({ run, dataset, epochs: await loggedEpochs(directory) });
}

/** The text of a card. */
export function formatModelCard(card: ModelCard): string {
  const { config, dataset } = card.run;
  const title = systemTitle(config);
  return [
    `# ${title} on ${dataset.labelSet}`,
    `A model that codes clinical notes: ${describeLabels(card)}. The system is ${title}; its ` +
    "weights are in `best.safetensors`.",
    "## What it was trained on",
    ...trainingParagraphs(card),
    "## How it does",
    ...resultParagraphs(card),
    "## What it is not for",
    list(limits(card)),
    "## Whether it is restricted",
    dataset.restricted
      ? `**Restricted.** ${restrictedNote(dataset)} Whoever is given this folder must be ` +
        "allowed to have the data."
      : "No: nothing restricted went into it, as far as its dataset says.",
    "## How it is used",
    "```sh\n" +
    `deno task predict --run ${quoteArgument(card.run.directory)} note.txt\n` +
    "```",
    "`train` and `evaluate` write this page, and replace it.",
  ].join("\n\n") + "\n";
}

function describeLabels({ run: { config, labels } }: ModelCard): string {
  return tasksOf(config)
    .map((task) => `${formatWhole(labels[task].length)} ${noun(task)}`)
    .join(" and ");
}

function noun(task: Task): string {
  return task === "icd" ? `ICD ${LABEL_NOUNS[task]}` : `CCS ${LABEL_NOUNS[task]}`;
}

function trainingParagraphs({ run, dataset: { manifest }, epochs }: ModelCard): string[] {
  const { config, dataset, engine } = run;
  const { train, dev } = manifest.documents;
  const kind = dataset.synthetic
    ? "**synthetic notes**, made up by a program"
    : manifest.options.source === "mimic3"
    ? "discharge summaries of MIMIC-III"
    : "a corpus of its maker's own";
  const best = epochs.findLast(({ improved }) => improved);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const took = epochs.length > 0 ? `, ${formatDuration(seconds)} of steps` : "";
  const monitored = best
    ? ` The weights are those of epoch ${best.epoch}, the best by ${config.monitor} on dev ` +
      `(${(100 * best.value).toFixed(1)}%).`
    : "";
  return [
    `${formatWhole(train)} documents of ${kind}; ${formatWhole(dev)} others decided when to ` +
    `stop, and which threshold to take. Of a note the first ${formatWhole(config.maxTokens)} ` +
    `tokens are read. The dataset's digest is \`${dataset.hash}\`.`,
    `Trained with seed ${config.seed} for ${counted(epochs.length, "epoch")}${took}, ` +
    `on ${engine.description}.${monitored} \`config.json\` has every setting, \`log.jsonl\` ` +
    "every step.",
  ];
}

function resultParagraphs({ run, report }: ModelCard): string[] {
  if (!report) {
    return [
      "It was not evaluated yet:",
      "```sh\n" + `deno task evaluate --run ${quoteArgument(run.directory)}\n` + "```",
    ];
  }
  const tested = Object.values(report.systems[0]?.tasks ?? {})
    .some(({ splits }) => splits.test !== undefined);
  return [
    "In percent, with 95% bootstrap intervals over documents where there are brackets; `report.html` " +
    "and `report.md` have the rest.",
    ...(tested ? [] : [
      "**It was not evaluated on test**: dev decided when to stop, so that these figures flatter it.",
    ]),
    ...headlineTables(report).map((table) => formatMarkdown(table).trimEnd()),
    ...acceptanceNotes(report.systems),
  ];
}

/** What nobody should take it for. */
function limits({ run: { config, dataset, labels } }: ModelCard): string[] {
  const own = labels[config.target];
  const rare = own.filter(({ documents: { train } }) => train < RARE).length;
  const found = [
    "Coding without a coder: it proposes codes, and a person who may decides. It was not assessed as a " +
    "medical device, nor for billing.",
    `Codes beyond its ${formatWhole(own.length)}: it cannot name them, and does not say that ` +
    "one is missing.",
    "Notes of another kind, hospital, language or time than those it was trained on, until it was " +
    "evaluated on such.",
    "Statements about groups of patients: how it does by age, sex, origin or insurance was not measured.",
  ];
  if (rare > 0) {
    found.push(
      `Rare codes: ${formatWhole(rare)} of its codes were in fewer than ${RARE} training ` +
        "documents.",
    );
  }
  if (dataset.synthetic) {
    found.push(
      "**Real notes at all**: its notes were made up, and its figures say nothing of real ones.",
    );
  }
  return found;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
