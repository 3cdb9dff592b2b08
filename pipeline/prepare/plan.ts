/**
 * The label sets that are written: the full one and that of the most frequent or listed codes.
 *
 * @module
 */
import {
  codesInUse,
  compareLists,
  documentFrequencies,
  indexLabels,
  type LabelIndex,
  mostFrequent,
  uncovered,
  uncoveredShare,
} from "../codes/labels.ts";
import { DataError, shown } from "../errors.ts";
import type { Manifest } from "../manifest.ts";
import type { Progress } from "../progress.ts";
import { COVERAGE_FILE } from "../schema.ts";
import {
  type Cohort,
  type PlacedDocument,
  placeDocuments,
  placedOf,
  placeSmaller,
  selectDocuments,
  type SplitRule,
} from "./cohort.ts";
import type { Gathering } from "./documents.ts";
import type { CodedInput } from "./input.ts";
import type { DecidedOptions, WriteSettings } from "./options.ts";
import type { ListedCodes, Rules } from "./rules.ts";

/** What label sets are planned from. */
export interface Planning {
  readonly settings: WriteSettings;
  readonly input: CodedInput;
  readonly rules: Rules;
  /** Those of `rules`, or the splits that the notes name. */
  readonly rule: SplitRule;
  readonly gathering: Gathering;
  readonly progress: Progress;
}

/** A label set to be written. */
export interface LabelSetPlan extends Pick<DecidedOptions, "top" | "topBy"> {
  /** `full`, `top50`, … */
  readonly name: string;
  readonly cohort: Cohort;
  readonly index: LabelIndex;
  readonly topCodes: Manifest["topCodes"];
}

/**
 * The label set of every code that enough documents carry.
 *
 * @throws {DataError} where nothing is left to train on, or too many codes have no category.
 */
export function planFull(planning: Planning): LabelSetPlan {
  const { settings: { options: { minCodeDocuments: least } }, rule, gathering } = planning;
  const placement = placeDocuments(gathering.documents, rule);
  const chosen = codesInUse(countCodes(planning, placedOf(placement)), least);
  const title = `${chosen.length} codes` + (least > 1 ? ` in at least ${least} documents` : "");
  const labels = { codes: chosen, title };
  const cohort = selectDocuments("full", placement, labels, gathering.absences);
  const index = indexCovered("full", planning, cohort, chosen);
  return { name: "full", top: null, topBy: "frequency", cohort, index, topCodes: null };
}

/**
 * The label set of the listed codes or, without a list, of the most frequent ones.
 *
 * @throws {DataError} where listed codes are in no document, nothing is left to train on, or too many
 * codes have no category.
 */
export function planTop(planning: Planning, full: Cohort): LabelSetPlan {
  const { settings, input: { source: { codes } }, rule, rules, gathering } = planning;
  const { top, listed } = rules;
  const counts = countCodes(planning, full.documents);
  const counted = mostFrequent(codes, counts, top, settings.options.minCodeDocuments);
  const chosen = listed ? findListed(planning, listed, counts) : counted;
  const topCodes = listed
    ? compareLists(counted.map((code) => codes[code]!.code), listed.codes)
    : null;
  if (topCodes) tellDifferences(topCodes, planning);
  const name = `top${top}`;
  const own = "full" in rule ? rule.top : undefined;
  const placement = placeSmaller(gathering.documents, full, own);
  const labels = { codes: chosen, title: `${chosen.length} codes` };
  const cohort = selectDocuments(name, placement, labels, gathering.absences);
  const index = indexCovered(name, planning, cohort, chosen);
  return { name, top, topBy: listed ? "list" : "frequency", cohort, index, topCodes };
}

/** Numbers of listed codes; one that several kinds of codes are written as stands for all of them. */
function findListed(
  { input: { source }, progress }: Planning,
  listed: ListedCodes,
  counts: Int32Array,
): number[] {
  const numbers = Map.groupBy(codesInUse(counts), (number) => source.codes[number]!.code);
  const absent = checkListed(listed, new Set(numbers.keys()));
  if (absent !== undefined) progress.warn(`published labels: ${absent}; they are left out`);
  return listed.codes.flatMap((code) => numbers.get(code) ?? []);
}

/**
 * Checks that listed codes are among those `present`.
 *
 * @returns which are not, in words; undefined where all are.
 * @throws {DataError} where one of a user's own list is not.
 */
export function checkListed(
  { codes, path }: ListedCodes,
  present: ReadonlySet<string>,
): string | undefined {
  const absent = codes.filter((code) => !present.has(code));
  if (absent.length === 0) return undefined;
  const some = absent.filter((code) => /\d/.test(code)).slice(0, 5).map(shown); // a word may be a note's
  const are = `${absent.length} of ${codes.length} codes are in no document` +
    (some.length > 0 ? `, such as ${some.join(", ")}` : "");
  if (path === undefined) return are;
  throw new DataError(
    `choosing the codes of ${path}: ${are}; expected codes of the documents, with their points; ` +
      "correct the list, or leave --top-codes out to count",
  );
}

function tellDifferences(
  { onlyHere, onlyGiven }: NonNullable<Manifest["topCodes"]>,
  { rules: { top, listed }, progress }: Planning,
): void {
  if (onlyHere.length + onlyGiven.length === 0) return;
  progress.warn(
    `the labels are the codes of ${listed?.path ?? "the published list"}; ` +
      `the ${top} most frequent ones would have ` +
      `${onlyHere.join(", ") || "none"} in place of ${onlyGiven.join(", ") || "none"}`,
  );
}

function countCodes(
  { input: { source } }: Planning,
  documents: readonly PlacedDocument[],
): Int32Array {
  return documentFrequencies(documents.map(({ codes }) => codes), source.codes.length);
}

/** Codes under which one category may be that of all. */
const FEW_CODES = 5;

/** Numbers labels and sees to it that nearly all of them have a category. */
function indexCovered(
  name: string,
  { settings, input, progress }: Planning,
  { documents }: Cohort,
  chosen: readonly number[],
): LabelIndex {
  const rules = { grouping: input.grouping, ccsLabels: settings.options.ccsLabels };
  const index = indexLabels(input.source.codes, chosen, documents, rules);
  const share = uncoveredShare(index.labels.icd);
  const codes = uncovered(index.labels.icd).length;
  const percent = `${(100 * share).toFixed(1)}%`;
  if (share > settings.maxUncovered) {
    throw new DataError(
      `grouping the codes of ${name}: ${codes} codes, ${percent} of all coded pairs, have no ` +
        `category; expected at most ${100 * settings.maxUncovered}%; check that codes and ` +
        "categories belong together, or raise --max-uncovered",
    );
  }
  const { icd, ccs } = index.labels;
  if (ccs.length === 1 && icd.length >= FEW_CODES) {
    progress.warn(
      `all ${icd.length} codes of ${name} are in one category, which says nothing; choose others ` +
        "with --group-prefix or --groups",
    );
  }
  if (codes > 0) {
    progress.warn(
      `${codes} codes of ${name} (${percent} of its pairs) have no category: ${COVERAGE_FILE}`,
    );
  }
  return index;
}
