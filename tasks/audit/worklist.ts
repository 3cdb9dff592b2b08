/**
 * Findings of all cases in one list, the weightiest first: what a coder works through.
 *
 * @module
 */
import { join } from "node:path";
import type { FindingKind } from "../../model/audit/findings.ts";
import { suggestionsOfShare } from "../../model/audit/suggestions.ts";
import type { AuditedCase } from "../../model/run/audit_notes.ts";
import type { AttributedWord } from "../../model/run/predict.ts";
import { formatField } from "../../pipeline/files/csv.ts";
import { writePrivate } from "../../pipeline/files/write.ts";
import { counted } from "../cli/format.ts";

/** A line of the list. */
export interface WorklistItem {
  /** From 1, the weightiest. */
  readonly rank: number;
  readonly id: string;
  readonly finding: FindingKind;
  readonly code: string;
  readonly title: string;
  readonly probability: number;
  /** Log-odds that the coder erred, up to a constant. */
  readonly weight: number;
  readonly words?: readonly AttributedWord[] | undefined;
}

/** The list, and what was audited. */
export interface Worklist {
  readonly restricted: boolean;
  readonly cases: number;
  /** Codes that were given and are labels of the run. */
  readonly given: number;
  /** Codes that were given and are none. */
  readonly strange: number;
  /** The median number of most probable codes that hold 90% of a case's; null of no case with codes. */
  readonly suggestions: number | null;
  /** All findings, of which the list may have fewer. */
  readonly found: { readonly [kind in FindingKind]: number };
  readonly items: readonly WorklistItem[];
}

/** Ranks the findings of all cases. Of equal weights the case that came first is first. */
export function listFindings(
  cases: readonly AuditedCase[],
  { top, restricted }: { readonly top: number; readonly restricted: boolean },
): Worklist {
  const all = cases.flatMap(({ id, findings }) => findings.map((finding) => ({ id, finding })));
  const count = (kind: FindingKind) => all.filter(({ finding }) => finding.kind === kind).length;
  const sum = (of: (one: AuditedCase) => number) => cases.reduce((all, one) => all + of(one), 0);
  const median = suggestionsOfShare(cases.map(({ suggestions }) => suggestions), 0.5);
  const items = all.sort((a, b) => b.finding.weight - a.finding.weight).slice(0, top);
  return {
    restricted,
    cases: cases.length,
    given: sum(({ given }) => given),
    strange: sum(({ strange }) => strange.length),
    suggestions: Number.isNaN(median) ? null : median,
    found: { missing: count("missing"), wrong: count("wrong") },
    items: items.map(({ id, finding: { kind, code, title, probability, weight, words } }, at) => {
      return { rank: at + 1, id, finding: kind, code, title, probability, weight, words };
    }),
  };
}

const COLUMNS = ["rank", "id", "finding", "code", "title", "probability", "weight"];

/** The list as CSV. The words behind codes stand in a column of their own where there are some. */
export function formatWorklist({ items }: Pick<Worklist, "items">): string {
  const hasWords = items.some(({ words }) => words !== undefined);
  const lines = items.map(({ rank, id, finding, code, title, probability, weight, words = [] }) => {
    const numbers = [probability, weight].map((value) => Number(value.toPrecision(7)));
    const cells = [rank, ...[id, finding, code, title].map(formatField), ...numbers];
    const behind = words.map(({ word, start, end }) => `${word} ${start}-${end}`).join("; ");
    return [...cells, ...hasWords ? [formatField(behind)] : []].join();
  });
  return [[...COLUMNS, ...hasWords ? ["words"] : []].join(), ...lines, ""].join("\n");
}

/** The list as JSON. */
export function encodeWorklist(worklist: Worklist): string {
  return `${JSON.stringify({ format: "marn-worklist", version: 1, ...worklist }, null, 2)}\n`;
}

/** Writes `worklist.csv` and `worklist.json`, their owner's alone, into a folder. Throws `ResourceError`. */
export async function writeWorklist(folder: string, worklist: Worklist): Promise<string> {
  const table = join(folder, "worklist.csv");
  await writePrivate(table, formatWorklist(worklist));
  await writePrivate(join(folder, "worklist.json"), encodeWorklist(worklist));
  return table;
}

/** What was found, in words. */
export function formatAudited({ cases, given, suggestions, found, items }: Worklist): string {
  const most = suggestions === null
    ? ""
    : `\nin the median case 90% of its codes are among the ${suggestions} most probable ones`;
  return `${counted(cases, "case")}, ${counted(given, "code")}: ${found.missing} likely missing, ` +
    `${found.wrong} likely wrong, ${items.length} of them listed${most}`;
}
