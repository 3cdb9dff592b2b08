/**
 * Parts of one input, held against each other and joined into the input as one machine would have read
 * it.
 *
 * @module
 */
import { join } from "node:path";
import { damagedFile } from "../../dataset/checked_files.ts";
import { IntegrityError, UsageError } from "../../errors.ts";
import type { Stage } from "../../manifest.ts";
import type { Meter } from "../../progress.ts";
import { StageCounter } from "../../stage_counter.ts";
import { StoredTexts, type TokenPlace } from "../../text/stored_texts.ts";
import { DocumentGatherer } from "../documents.ts";
import type { WholeInput } from "../gather_notes.ts";
import {
  digestOf,
  type Part,
  PartTokens,
  readCommon,
  readPartAssignments,
  readPartNotes,
} from "./open_part.ts";
import { PART_FILES } from "./part_record.ts";
import { parsePartCodes } from "./part_rules.ts";

/** What all parts of an input must have in common, in words. */
const COMMON: { readonly [what: string]: (part: Part) => unknown } = {
  "versions of Deno": ({ record }) => record.deno,
  "tables": ({ record: { sources, categoryFiles } }) => [sources, categoryFiles],
  "options": ({ record: { options, maxUncovered, allowLoss, restricted, synthetic } }) => [
    options,
    maxUncovered,
    allowLoss,
    restricted,
    synthetic,
  ],
  "codes": (part) => [digestOf(part, "codes").sha256, part.record.stages[1]],
  "rules of splits and labels": (part) => digestOf(part, "rules").sha256,
};

/**
 * Checks that parts are all the parts of one input, each once.
 *
 * @returns them in their order.
 * @throws {UsageError} where one is missing or given twice.
 * @throws {IntegrityError} where they are of different inputs.
 */
export function orderParts(parts: readonly Part[]): readonly [Part, ...Part[]] {
  const [first] = parts;
  if (!first) throw new UsageError("joining parts: none is named; expected all of an input");
  for (const part of parts) {
    checkCommon(first, part, "numbers of parts", ({ record }) => record.part.of);
  }
  const { of } = first.record.part;
  const byNumber = Map.groupBy(parts, ({ record }) => record.part.number);
  const numbers = Array.from({ length: of }, (_, at) => at + 1);
  const missing = numbers.filter((number) => !byNumber.has(number));
  if (missing.length > 0) {
    throw new UsageError(
      `joining parts: ${describeMissing(missing)} of ${of} is missing; expected every part once; ` +
        "make it with deno task prepare --part, and name it",
    );
  }
  for (const [number, [one, other]] of byNumber) {
    if (!other) continue;
    throw new UsageError(
      `joining parts: ${one!.directory} and ${other.directory} are both part ${number} of ${of}; ` +
        "expected every part once; leave one out",
    );
  }
  const ordered = numbers.map((number) => byNumber.get(number)![0]!);
  for (const [what, of] of Object.entries(COMMON)) {
    for (const part of ordered) checkCommon(ordered[0]!, part, what, of);
  }
  return ordered as [Part, ...Part[]];
}

function describeMissing(missing: readonly number[]): string {
  const some = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", …" : "");
  return missing.length === 1 ? `part ${some}` : `each of the parts ${some}`;
}

function checkCommon(one: Part, other: Part, what: string, of: (part: Part) => unknown): void {
  if (JSON.stringify(of(one)) === JSON.stringify(of(other))) return;
  throw new IntegrityError(
    `joining parts: ${one.directory} and ${other.directory} differ in their ${what}; expected ` +
      "parts of one input, made alike; make one of them again with deno task prepare --part",
  );
}

/**
 * Joins the parts of an input.
 *
 * @param parts from {@linkcode orderParts}.
 * @param open takes what is to be disposed of when nobody reads the notes any more.
 * @param meter hears of the bytes of tokens that were placed.
 * @throws {IntegrityError} where a file of a part is not as it was written.
 * @throws {DataError} where parts hold notes of one document and different patients.
 */
export async function joinParts(
  parts: readonly [Part, ...Part[]],
  open: DisposableStack,
  meter: Meter,
): Promise<WholeInput> {
  const [{ record }] = parts;
  const codes = await readCommon(parts, "codes", parsePartCodes);
  const assigned = await joinAssignments(parts, codes.codes.length);
  const gatherer = new DocumentGatherer();
  const places = new Map<number, TokenPlace>();
  const files: PartTokens[] = [];
  let placed = 0;
  for (const part of parts) {
    const file = open.use(await PartTokens.open(part));
    files.push(file);
    await placeNotes(part, file, places, gatherer);
    meter.reach(placed += digestOf(part, "tokens").bytes);
  }
  const { sources, synthetic, options, categoryFiles, stages } = record;
  const restricted = options.source === "mimic3" && !synthetic;
  return {
    source: { ...codes, ...assigned, restricted, synthetic },
    grouping: codes.grouping,
    files: categoryFiles,
    gatherer,
    meter,
    notes: {
      count: places.size,
      texts: new StoredTexts(files, places),
      sources,
      stages: [sumStages(parts.map(({ record }) => record.stages[0])), stages[1]],
    },
  };
}

/** Finds the tokens of a part's notes, numbers these on, and gives them to `gatherer`. */
async function placeNotes(
  part: Part,
  file: PartTokens,
  places: Map<number, TokenPlace>,
  gatherer: DocumentGatherer,
): Promise<void> {
  let start = 0;
  for await (const { key, length } of readPartNotes(part)) {
    gatherer.add(key, places.size);
    places.set(places.size, { file, start, length });
    start += length;
  }
  if (start === file.count) return;
  throw damagedFile(
    join(part.directory, PART_FILES.tokens),
    `${file.count} tokens`,
    `the ${start} of ${PART_FILES.notes}`,
  );
}

async function joinAssignments(parts: readonly Part[], known: number) {
  const assignments = new Map<string, Int32Array>();
  const patients = new Map<string, string>();
  for (const part of parts) {
    for await (const { id, patient, codes } of readPartAssignments(part)) {
      if (codes.some((code) => code >= known)) {
        const path = join(part.directory, PART_FILES.assignments);
        throw damagedFile(path, "the number of a code that is not there");
      }
      assignments.set(id, codes);
      if (patient !== undefined) patients.set(id, patient);
    }
  }
  return { assignments, patients };
}

/** A stage whose rows are in several parts, each in one. */
function sumStages([first, ...others]: readonly Stage[]): Stage {
  const counter = new StageCounter();
  let [read, kept] = [0, 0];
  for (const stage of [first!, ...others]) {
    for (const [reason, count] of Object.entries(stage.excluded)) counter.exclude(reason, count);
    for (const [what, count] of Object.entries(stage.noted)) counter.note(what, count);
    read += stage.read;
    kept += stage.kept;
  }
  return counter.stage(first!.stage, read, kept);
}
