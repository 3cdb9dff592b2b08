/**
 * What a person marked in a note as the reason for a code.
 *
 * @module
 */

/** A stretch of a note, in Unicode code points of the note as it was given. */
export interface Stretch {
  readonly start: number;
  /** Behind its last code point; above `start` unless the stretch is empty. */
  readonly end: number;
}

/** A passage that was marked for a code, of one stretch or of several. */
export interface Annotation {
  /** HADM_ID, or the corpus's id. */
  readonly document: string;
  /** ROW_ID of the note, where documents are joined from notes. */
  readonly note?: number | undefined;
  /** As it is written there. */
  readonly code: string;
  readonly stretches: readonly Stretch[];
  /** Its place in its file, for messages: `devX.tsv, line 3`. */
  readonly where: string;
}
