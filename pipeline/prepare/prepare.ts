/**
 * From raw tables to dataset directories: reads and tokenises the notes once, then writes the full
 * label set and that of the most frequent codes, which share vocabulary and word vectors.
 *
 * @module
 */
import { reserveDatasets } from "../dataset/hold.ts";
import { privateModes } from "../files/restricted.ts";
import { Staging } from "../files/staging.ts";
import { interruptible, type Progress, silent } from "../progress.ts";
import { TokenStore } from "../text/token_store.ts";
import { DocumentGatherer } from "./documents.ts";
import { isRestricted } from "./input.ts";
import { openCodes } from "./open_codes.ts";
import { completeOptions, decisiveOptions, type PrepareOptions } from "./options.ts";
import { tokeniseNotes } from "./tokenise_notes.ts";
import { findForeignToDatasets } from "./replaceable.ts";
import { readRules } from "./rules.ts";
import { type Manifests, writeDatasets } from "./write_datasets.ts";

/** What {@linkcode prepareDataset} made. */
export interface Prepared {
  /** Folder of the dataset directories, as it was given. */
  readonly directory: string;
  readonly datasets: Manifests;
}

/**
 * Prepares `full/` and `top50/` in a new directory, which appears whole or not at all. The same
 * input, options and seed give the same bytes; word vectors do with one thread.
 *
 * @throws {UsageError} where options contradict each other or the directory exists.
 * @throws {DataError} where the input is missing or malformed.
 * @throws {IntegrityError} where the input contradicts itself or changes while it is read.
 * @throws {ResourceError} where memory, disk or a C compiler is lacking.
 * @throws {LockedError} where another process prepares the same directory.
 * @throws {unknown} the reason of `interrupt`, soon after it is aborted: then nothing is left behind.
 */
export async function prepareDataset(
  given: PrepareOptions,
  listener: Progress = silent,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<Prepared> {
  const progress = interruptible(listener, interrupt);
  const settings = completeOptions(given);
  const restricted = await isRestricted(settings);
  using _modes = privateModes(restricted);
  await using place = await Staging.open(settings.out, {
    replace: settings.replace,
    findForeign: findForeignToDatasets,
    reserve: reserveDatasets,
    progress,
  });
  const rules = await readRules(settings);
  using input = await openCodes(settings, rules, { temporary: place.scratch }, progress);
  using store = new TokenStore({ directory: place.scratch, threads: settings.threads });
  const meter = progress.stage("notes", input.source.noteBytes, "bytes");
  const gatherer = new DocumentGatherer();
  const notes = await tokeniseNotes(
    input,
    store,
    (note, number) => gatherer.add(note, number),
    meter,
  );
  const content = {
    settings: { ...settings, options: decisiveOptions(settings) },
    restricted,
    rules,
    input: { ...input, notes, gatherer, meter },
  };
  const datasets = await writeDatasets(place, content, { progress, interrupt });
  return { directory: settings.out, datasets };
}
