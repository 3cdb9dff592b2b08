/**
 * Prepares a part of an input, for as many machines: the notes of a share of the patients, tokenised.
 *
 * @module
 */
import { markRestricted, privateModes } from "../../files/restricted.ts";
import { Staging } from "../../files/staging.ts";
import { interruptible, type Progress, silent } from "../../progress.ts";
import type { InputPart } from "../../source/part.ts";
import { TokenStore } from "../../text/token_store.ts";
import type { NoteKey } from "../documents.ts";
import { isRestricted } from "../input.ts";
import { openCodes } from "../open_codes.ts";
import { completeOptions, decisiveOptions, type PrepareOptions, requirePart } from "../options.ts";
import { findForeignInPart } from "../replaceable.ts";
import { readRules } from "../rules.ts";
import { tokeniseNotes } from "../tokenise_notes.ts";
import { writePart } from "./write_part.ts";

/** What {@linkcode preparePart} made. */
export interface PreparedPart {
  /** Folder of the part, as it was given. */
  readonly directory: string;
  readonly part: InputPart;
  /** Notes of its patients. */
  readonly notes: number;
}

/**
 * Prepares a part in a new directory, which appears whole or not at all. Parts of one input, options and
 * version are joined by {@linkcode mergeParts}.
 *
 * @throws {ReportedError} as `prepareDataset` does, but for what is found only when all parts are joined.
 * @throws {unknown} the reason of `interrupt`, soon after it is aborted: then nothing is left behind.
 */
export async function preparePart(
  { part, ...options }: PrepareOptions & { readonly part: InputPart },
  listener: Progress = silent,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<PreparedPart> {
  requirePart(part);
  const progress = interruptible(listener, interrupt);
  const settings = completeOptions(options);
  const { maxUncovered, allowLoss } = settings;
  const restricted = await isRestricted(settings);
  using _modes = privateModes(restricted);
  await using place = await Staging.open(settings.out, {
    replace: settings.replace,
    findForeign: findForeignInPart,
    progress,
  });
  const rules = await readRules(settings);
  using input = await openCodes(settings, rules, { temporary: place.scratch, part }, progress);
  using store = new TokenStore({ directory: place.scratch, threads: settings.threads });
  const meter = progress.stage("notes", input.source.noteBytes, "bytes");
  const keys: NoteKey[] = [];
  const notes = await tokeniseNotes(input, store, (note) => keys.push(note), meter);
  meter.end(`${notes.count} notes of the patients in part ${part.number} of ${part.of}`);
  const facts = { part, restricted, options: decisiveOptions(settings), maxUncovered, allowLoss };
  const content = { input, rules, notes, keys, facts };
  await writePart(place.directory, content, (bytes) => progress.stage("part", bytes, "bytes"));
  if (restricted) await markRestricted(place.directory);
  interrupt.throwIfAborted();
  await place.commit();
  return { directory: settings.out, part, notes: notes.count };
}
