/**
 * What a reader has to know of a cohort that published lists decide: how many of the listed documents
 * are there, and how its labels differ from those that the lists' authors had.
 *
 * @module
 */
import { collisions } from "../../pipeline/codes/caml_reading.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { arePublishedCodes } from "../../pipeline/lists/shipped.ts";
import type { Stage } from "../../pipeline/manifest.ts";
import { listStages } from "../../pipeline/prepare/list_stages.ts";
import { type PerSplit, perSplit, SPLITS } from "../../pipeline/schema.ts";
import { formatWhole } from "../cli/format.ts";

/** What of a dataset the notes are about. */
export type CohortSubject = Pick<Dataset, "manifest" | "labels" | "vocabulary">;

/** What the paper says of the documents of a label set (§4.1). */
const PAPER: { readonly [labelSet: string]: { documents: PerSplit<number>; because: string } } = {
  full: { documents: { train: 47_719, dev: 1_631, test: 3_372 }, because: "" },
  top50: {
    documents: { train: 8_067, dev: 1_574, test: 1_730 },
    because: ", one more than each list has",
  },
};

/** ICD codes of the paper's full label set. */
const PAPER_CODES = 8_921;

/** Paragraphs; none where no published lists decide. */
export function cohortNotes(subject: CohortSubject): string[] {
  const { split, top } = subject.manifest.options;
  const published = split === "caml" || split === "published";
  if (!published && split !== "edin-clean") return [];
  const notes = [documentsNote(subject, published), topNote(subject)];
  if (published && top === null) notes.push(codesNote(subject));
  if (split === "edin-clean") notes.push(cleanNote(subject));
  return notes.filter((note) => note !== "");
}

function documentsNote({ manifest }: CohortSubject, published: boolean): string {
  const stages = listStages(manifest);
  if (!stages) return "";
  const paper = published ? PAPER[manifest.labelSet] : undefined;
  const own = SPLITS.map((split) => listed(split, stages[split])).join(", ");
  return `Documents of the published lists: ${own}.` +
    (paper ? ` The paper has ${joined(paper.documents)}${paper.because}.` : "");
}

/** `train 47,719 of 47,723 (4 without codes)`. */
function listed(split: string, { read, kept, excluded }: Stage): string {
  const reasons = Object.entries(excluded).map(([why, count]) => `${formatWhole(count)} ${why}`);
  return `${split} ${formatWhole(kept)} of ${formatWhole(read)}` +
    (reasons.length > 0 ? ` (${reasons.join(", ")})` : "");
}

function joined(documents: PerSplit<number>): string {
  const { train, dev, test } = perSplit((split) => formatWhole(documents[split]));
  return `${train}, ${dev} and ${test}`;
}

function topNote({ manifest: { options, topCodes }, labels: { icd } }: CohortSubject): string {
  if (options.top === null) return "";
  const own = options.topBy === "list" ? "the listed codes" : "the most frequent codes";
  const which = arePublishedCodes(icd.map(({ code }) => code)) ? "the published 50 codes" : own;
  if (!topCodes || topCodes.onlyHere.length + topCodes.onlyGiven.length === 0) {
    return `Labels: ${which}.`;
  }
  return `Labels: ${which}. The most frequent have ${topCodes.onlyHere.join(", ") || "none"} ` +
    `where the list has ${topCodes.onlyGiven.join(", ") || "none"}.`;
}

function codesNote({ labels: { icd } }: CohortSubject): string {
  const groups = collisions(icd);
  const taken = groups.flat().length;
  const start = `Labels: ${formatWhole(icd.length)} codes, read as strings; the paper has ` +
    `${formatWhole(PAPER_CODES)}. CAML's preprocessing, which it follows, reads procedures as ` +
    "integers, which have no leading zeros: ";
  if (taken === 0) return `${start}none of these codes would become one with another.`;
  const example = groups[0]!.map(({ code }) => code).join(" and ");
  return `${start}${formatWhole(taken)} of these codes would become ` +
    `${formatWhole(groups.length)} (such as ${example}), and ` +
    `${formatWhole(icd.length - taken + groups.length)} be left.`;
}

function cleanNote({ manifest: { options }, vocabulary }: CohortSubject): string {
  const words = vocabulary.slice(2);
  const other = words.filter((word) => /[^a-z0-9]/.test(word)).length;
  return `Edin et al.'s "clean" split. Labels are codes in at least ${options.minCodeDocuments} ` +
    "documents, as theirs. Tokens are ours: an underscore and letters outside ASCII belong to a word, " +
    `where theirs end it; ${formatWhole(other)} of the ${formatWhole(words.length)} words of the ` +
    "vocabulary have one.";
}
