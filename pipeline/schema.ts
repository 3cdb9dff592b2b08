/**
 * The contract of a dataset directory: its splits, label sets and special tokens, its files, and the
 * columns of its tables.
 *
 * @module
 */

/** The three parts of a dataset, in the order in which they are written. */
export const SPLITS = ["train", "dev", "test"] as const;

/** A part of a dataset. */
export type Split = typeof SPLITS[number];

/** Something of each split. */
export type PerSplit<T> = { readonly [split in Split]: T };

/** {@linkcode PerSplit} of every split: `perSplit((split) => documents[split].length)`. */
export function perSplit<T>(of: (split: Split, index: number) => T): PerSplit<T> {
  return Object.fromEntries(SPLITS.map((split, index) => [split, of(split, index)])) as PerSplit<T>;
}

/** What the splits have together: `sumSplits({ train: 2, dev: 1, test: 0 })` is 3. */
export function sumSplits(counts: PerSplit<number>): number {
  return SPLITS.reduce((sum, split) => sum + counts[split], 0);
}

/** The label sets that a document is coded with, in the order in which files and tables list them. */
export const TASKS = ["icd", "ccs"] as const;

/** A label set. */
export type Task = typeof TASKS[number];

/** Something of each label set. */
export type PerTask<T> = { readonly [task in Task]: T };

/** {@linkcode PerTask} of every label set: `perTask((task) => labels[task].length)`. */
export function perTask<T>(of: (task: Task, index: number) => T): PerTask<T> {
  return Object.fromEntries(TASKS.map((task, index) => [task, of(task, index)])) as PerTask<T>;
}

/** What the labels of each label set are, in the plural. */
export const LABEL_NOUNS: PerTask<string> = { icd: "codes", ccs: "categories" };

/** Token id of padding, line 0 of `vocabulary.txt`. */
export const PADDING = 0;

/** Token id of every word that the vocabulary lacks, line 1 of `vocabulary.txt`. */
export const UNKNOWN = 1;

/** What a code says: a diagnosis, a procedure, or (in a corpus that does not tell) just a code. */
export const CODE_KINDS = ["diagnosis", "procedure", "code"] as const;

/** Kind of a code. */
export type CodeKind = typeof CODE_KINDS[number];

/** One document of a split: an admission, or a note of a corpus. */
export interface DocumentKey {
  /** HADM_ID, or the corpus's id. */
  readonly id: string;
  /** SUBJECT_ID, or the corpus's patient (its id where it names none). */
  readonly patient: string;
}

/** A row of `labels/icd.csv` or `labels/ccs.csv`; its index is its place in the list. */
export interface Label {
  /** The code with its point, or the category's key. */
  readonly code: string;
  readonly kind: CodeKind;
  /** What it means in words; empty where no dictionary names it. */
  readonly title: string;
  /** Key of the CCS category that an ICD code belongs to; empty where there is none. */
  readonly group: string;
  /** Documents that carry it, by split. */
  readonly documents: PerSplit<number>;
}

/** Beside MIMIC-III's tables: a file of this name says that all of them are made up. */
export const SYNTHETIC_NOTICE = "SYNTHETIC.txt";

/** The file that vouches for all the others. */
export const MANIFEST_FILE = "manifest.json";

/** Tokens, one a line; a token's line, from 0, is its id. */
export const VOCABULARY_FILE = "vocabulary.txt";

/** Words that are too rare for the vocabulary of V tokens, one a line; V plus a word's line is its id. */
export const RARE_WORDS_FILE = "rare_words.txt";

/** Word vectors, under {@linkcode EMBEDDING}. */
export const EMBEDDINGS_FILE = "embeddings.safetensors";

/** Name of the word vectors' tensor: [V, dimensions], row 0 zeros. */
export const EMBEDDING = "word_embedding.weight";

/** Codes in use that have no category. */
export const COVERAGE_FILE = "labels/coverage.csv";

/** Labels of a label set, in index order. */
export function labelFile(task: Task): `labels/${Task}.csv` {
  return `labels/${task}.csv`;
}

/** Documents of a split, in the order of its shards. */
export function splitFile(split: Split): `splits/${Split}.csv` {
  return `splits/${split}.csv`;
}

/** Tokens and labels of some of a split's documents, `number` from 0. */
export function shardFile(split: Split, number: number): string {
  return `shards/${split}-${String(number).padStart(5, "0")}.safetensors`;
}

/** Columns of `labels/icd.csv` and `labels/ccs.csv`. */
export const LABEL_COLUMNS = ["index", "code", "kind", "title", "group", ...SPLITS] as const;

/** Columns of `splits/{train,dev,test}.csv`. */
export const DOCUMENT_COLUMNS = ["id", "patient"] as const;

/** Columns of `labels/coverage.csv`: codes in use that have no category. */
export const COVERAGE_COLUMNS = ["code", "kind", "title", "documents"] as const;
