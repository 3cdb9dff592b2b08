/**
 * Reads and tokenises the notes of an input.
 *
 * @module
 */
import type { Meter } from "../progress.ts";
import type { SourceReport } from "../source/source.ts";
import { StageCounter } from "../stage_counter.ts";
import type { StoredTexts } from "../text/stored_texts.ts";
import { findTextFaults } from "../text/text_faults.ts";
import type { TokenStore } from "../text/token_store.ts";
import type { NoteKey } from "./documents.ts";
import type { Input } from "./input.ts";

/** The notes of an input, read here or on several machines. */
export interface NotesRead extends SourceReport {
  /** How many there are; their numbers go from 0 on. */
  readonly count: number;
  /** What tokens they have, each note under its number. */
  readonly texts: StoredTexts;
}

/**
 * Puts all notes into `store`, and gives what is known of each, but for its text, to `take`. What texts
 * should not bear is counted in the notes' stage.
 *
 * @throws {ReportedError} as the source and the store do, and what `take` throws.
 */
export async function tokeniseNotes(
  { source }: Input,
  store: TokenStore,
  take: (note: NoteKey, number: number) => void,
  meter: Meter,
): Promise<NotesRead> {
  let count = 0;
  const counter = new StageCounter();
  for await (const notes of source.notes()) {
    const first = count;
    for (const { text: _, ...note } of notes) take(note, count++);
    for (const { text } of notes) findTextFaults(text).forEach((fault) => counter.note(fault));
    await store.add(notes.map(({ text }, i) => ({ id: first + i, text })));
    meter.reach(source.bytesRead());
  }
  const texts = await store.finish();
  const { sources, stages: [notes, codes] } = await source.finish();
  counter.add(notes);
  return { count, texts, sources, stages: [counter.stage("notes", notes.read, notes.kept), codes] };
}
