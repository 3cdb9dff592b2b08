/**
 * Joins the parts of an input into the input as one machine would have read it.
 *
 * @module
 */
import { join } from "node:path";
import { damagedFile } from "../../dataset/checked_files.ts";
import type { Stage } from "../../manifest.ts";
import type { Meter } from "../../progress.ts";
import { StageCounter } from "../../stage_counter.ts";
import { StoredTexts, type TokenPlace } from "../../text/stored_texts.ts";
import { DocumentGatherer } from "../documents.ts";
import type { WholeInput } from "../gather_notes.ts";
import {
  digestOf,
  type OpenedPart,
  PartTokens,
  readCommon,
  readPartAssignments,
  readPartNotes,
} from "./open_part.ts";
import type { AllParts } from "./order_parts.ts";
import { PART_FILES } from "./part_record.ts";
import { parsePartCodes } from "./part_rules.ts";

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
  parts: AllParts,
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
  part: OpenedPart,
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

async function joinAssignments(parts: readonly OpenedPart[], known: number) {
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
    counter.add(stage);
    read += stage.read;
    kept += stage.kept;
  }
  return counter.stage(first!.stage, read, kept);
}
