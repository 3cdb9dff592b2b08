/**
 * Where notes and codes come from: MIMIC-III's tables or a corpus of one's own, read through DuckDB.
 * A source gives its codes at once and streams its notes in the order in which they lie on disk, so
 * that the text of a cohort is never in memory at one time.
 *
 * @module
 */
import type { Code } from "../codes/code.ts";
import type { ManifestSource, Stage } from "../manifest.ts";
import type { Split } from "../schema.ts";
import type { InputPart } from "./part.ts";

/** One note on its way to the tokenizer. */
export interface SourceNote {
  /** The document that it is a part of: HADM_ID, or the corpus's id; null: for embeddings only. */
  readonly document: string | null;
  /** SUBJECT_ID, or the corpus's patient. */
  readonly patient: string;
  /** Parts of one document are joined by ascending `rank`, then `row`. */
  readonly rank: number;
  /** ROW_ID; 0 in a corpus, whose documents have one part each. */
  readonly row: number;
  /** Split that the corpus gives it. */
  readonly split?: Split | undefined;
  /** Equal where texts are; parts of one document with one text are one. Unknown where it is left out. */
  readonly textHash?: bigint | undefined;
  /** Not empty. */
  readonly text: string;
}

/** Notes and codes to prepare. */
export interface Source {
  /** Whether it is MIMIC-III itself, whose derivatives stay on the user's disk. */
  readonly restricted: boolean;
  /** Whether its notes say of themselves that they are made up. */
  readonly synthetic: boolean;
  /** Bytes of the notes' files as stored, for progress. */
  readonly noteBytes: number;
  /** The distinct codes by number. */
  readonly codes: readonly Code[];
  /** Document → the numbers of its codes: distinct, ascending. */
  readonly assignments: ReadonlyMap<string, Int32Array>;
  /** Document → patient, where the codes' table knows it. */
  readonly patients: ReadonlyMap<string, string>;
  /** Whether tables of words for the codes were given. */
  readonly titled: boolean;
  /** How the tables were understood, where that is not plain. */
  readonly remarks: readonly string[];
  /** What looks wrong about them, a line each. */
  readonly warnings: readonly string[];
  /** Streams every note that is worth tokenizing, and in the part; to be called once. */
  notes(): AsyncIterable<readonly SourceNote[]>;
  /** About how many of `noteBytes` were read so far. */
  bytesRead(): number;
  /**
   * Waits until every file was inspected and checks what was found.
   *
   * @throws {ReportedError} where a file is broken, changed meanwhile, or was not read whole.
   */
  finish(): Promise<SourceReport>;
  /** Frees the database and the thread that inspects. */
  close(): void;
}

/** What a source's files were, and what was left out of them. */
export interface SourceReport {
  /** The files, as the manifest lists them. */
  readonly sources: readonly ManifestSource[];
  /** One of the notes, those of a part alone where it was one; one of all codes. */
  readonly stages: readonly [notes: Stage, codes: Stage];
}

/** How a source is read, and within which limits. */
export interface SourceLimits {
  /** Folder for what does not fit into memory. */
  readonly temporary: string;
  /** Threads of DuckDB, from 1. */
  readonly threads: number;
  /** Bytes of memory for DuckDB. */
  readonly memory: number;
  /** Whose notes are read: those of a part's patients; all without it. */
  readonly part?: InputPart | undefined;
}
