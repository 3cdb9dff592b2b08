/**
 * Writes the page of coded notes, its owner's alone: it holds the notes' texts.
 *
 * @module
 */
import type { Run } from "../../model/run/run.ts";
import { writePrivate } from "../../pipeline/files/write.ts";
import { type CodedNote, formatNotePage } from "./note_page.ts";
import { restrictedNote } from "./restricted.ts";
import { systemTitle } from "./systems.ts";

/** Writes it. Throws `ResourceError` where it cannot be stored. */
export async function writeNotePage(
  path: string,
  coded: readonly CodedNote[],
  { config, dataset, directory }: Run,
): Promise<void> {
  const page = await formatNotePage(coded, {
    system: systemTitle(config),
    run: directory,
    restricted: dataset.restricted ? restrictedNote(dataset) : undefined,
  });
  await writePrivate(path, page);
}
