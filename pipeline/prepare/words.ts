/**
 * The vocabulary of the training documents, and word vectors for it.
 *
 * @module
 */
import { join } from "node:path";
import { joinRows } from "../dataset/documents.ts";
import { formatVocabulary } from "../dataset/lists.ts";
import { DataError } from "../errors.ts";
import { type FileDigest, writeDigested } from "../files/checksum.ts";
import { encodeSafetensors } from "../files/safetensors.ts";
import type { Progress } from "../progress.ts";
import { EMBEDDING, EMBEDDINGS_FILE, RARE_WORDS_FILE, VOCABULARY_FILE } from "../schema.ts";
import type { SentenceText, StoredTexts } from "../text/stored_texts.ts";
import { countVocabulary, rareWords } from "../text/vocabulary.ts";
import { trainWordVectors } from "../word2vec/train.ts";
import type { Cohort } from "./cohort.ts";
import type { Gathering } from "./documents.ts";
import type { DecisiveOptions, WriteSettings } from "./options.ts";

/** Numbers of the notes that a document is joined from. */
export type NoteNumbers = readonly number[];

/** The notes in a vocabulary, and its files. */
export interface EncodedNotes {
  /** Tokens by id, padding and unknown first. */
  readonly vocabulary: readonly string[];
  /** Words of the notes that the vocabulary lacks; their ids follow on its own. */
  readonly rare: readonly string[];
  /** The note of a number. */
  readonly sentences: (note: number) => SentenceText;
  /** Puts `vocabulary.txt`, `rare_words.txt` and the word vectors into a directory, linked if possible. */
  putInto(directory: string): Promise<readonly FileDigest[]>;
}

/** What words are made of. */
export interface WordSources {
  /** They decide the vocabulary, whose notes word2vec reads, and its threads. */
  readonly settings: WriteSettings;
  /** Folder for temporary files, on the dataset's file system. */
  readonly scratch: string;
  /** All notes, tokenised. */
  readonly texts: StoredTexts;
  /** All documents, and the notes of no document. */
  readonly gathering: Gathering;
  /** The full label set's documents. */
  readonly full: Cohort;
  /** Ends the training of word vectors, which then rejects with the signal's reason. */
  readonly interrupt: AbortSignal;
}

/**
 * Makes the vocabulary of the training documents and trains word vectors on all notes or on theirs.
 *
 * @throws {DataError} where no term stands in enough training documents.
 * @throws {ResourceError} where there is no C compiler or no room.
 */
export async function writeWords(from: WordSources, progress: Progress): Promise<EncodedNotes> {
  const { settings: { options }, scratch, texts, full } = from;
  const { minDocuments, dimensions } = options;
  const counting = progress.stage("vocabulary");
  const training = trainingNotes(full);
  const vocabulary = countVocabulary(texts, training, minDocuments);
  const rare = rareWords(texts.terms, vocabulary);
  const { tokens } = texts.encode(vocabulary);
  const words = vocabulary.length - SPECIAL;
  counting.end(`${words} of ${texts.terms.length} words are in ${minDocuments} training documents`);
  tellPhrases(texts.terms, progress);
  judgeVocabulary(words, options, progress);

  const data = await learnVectors(from, vocabulary, tokens, progress);
  const shape = [vocabulary.length, dimensions];
  const embeddings = encodeSafetensors({ [EMBEDDING]: { dtype: "F32", shape, data } });
  const files = [
    await writeDigested(scratch, VOCABULARY_FILE, formatVocabulary(vocabulary)),
    await writeDigested(scratch, RARE_WORDS_FILE, formatVocabulary(rare)),
    await writeDigested(scratch, EMBEDDINGS_FILE, embeddings),
  ];
  return {
    vocabulary,
    rare,
    sentences: texts.encode([...vocabulary, ...rare]).sentences,
    putInto: (directory) => putFiles(files, scratch, directory),
  };
}

/** Word vectors for a vocabulary: see {@linkcode trainWordVectors}. */
async function learnVectors(
  from: WordSources,
  vocabulary: readonly string[],
  tokens: (note: number) => Int32Array,
  progress: Progress,
): Promise<Float32Array> {
  const { settings: { options: { dimensions, seed }, threads }, scratch, interrupt } = from;
  const documents = embeddingTexts(from);
  const learning = progress.stage("word vectors", documents.length, "documents");
  const vectors = await trainWordVectors(eachJoined(documents, tokens), vocabulary, {
    directory: scratch,
    dimensions,
    seed,
    threads,
    onProgress: (share) => learning.reach(share * documents.length),
    interrupt,
  });
  learning.end(`${vocabulary.length} vectors of ${dimensions} from ${documents.length} documents`);
  return vectors;
}

/** Terms under which a vocabulary is hardly one of notes. */
const FEW_TERMS = 100;
/** Padding and unknown, which every vocabulary has. */
const SPECIAL = 2;

/** Part of a term of a script that is written without blanks, longer than most of its words. */
const PHRASE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{8}/u;
/** Share of the terms from which on these are the notes' own script. */
const MANY_PHRASES = 0.2;

/** Warns where terms are phrases: nothing learns from what hardly ever stands twice. */
function tellPhrases(terms: readonly string[], progress: Progress): void {
  const phrases = terms.filter((term) => PHRASE.test(term)).length;
  if (phrases <= MANY_PHRASES * terms.length) return;
  progress.warn(
    `${phrases} of ${terms.length} terms are whole phrases, of a script without blanks between ` +
      "words; put blanks between the notes' words first, with a segmenter",
  );
}

function judgeVocabulary(
  terms: number,
  { minDocuments }: DecisiveOptions,
  progress: Progress,
): void {
  if (terms === 0) throw emptyVocabulary(`no word stands in ${minDocuments} training documents`);
  if (terms >= FEW_TERMS) return;
  progress.warn(
    `the vocabulary is small: ${terms} words stand in ${minDocuments} training documents; ` +
      "check that the notes' column holds text",
  );
}

/** The error of notes that are of no use as text; `found` says why. */
export function emptyVocabulary(found: string): DataError {
  return new DataError(
    `reading the notes: the vocabulary is empty, as ${found}; expected text; check that the ` +
      "notes' column holds it, or lower --min-documents",
  );
}

async function putFiles(
  files: readonly FileDigest[],
  from: string,
  directory: string,
): Promise<readonly FileDigest[]> {
  await Deno.mkdir(directory, { recursive: true });
  for (const { file } of files) {
    const source = join(from, file);
    const target = join(directory, file);
    await Deno.link(source, target).catch(() => Deno.copyFile(source, target));
  }
  return files;
}

function trainingNotes({ documents }: Cohort): NoteNumbers[] {
  return documents.filter(({ split }) => split === "train").map(({ notes }) => notes);
}

/** Documents for word2vec, in an order that depends on nothing but the input. */
function embeddingTexts({ settings, gathering, full }: WordSources): NoteNumbers[] {
  const further = gathering.further.map((note) => [note]);
  if (settings.options.embedOn === "train") return [...trainingNotes(full), ...further];
  const uncoded = gathering.uncoded.map((note) => [note]);
  return [...gathering.documents.map(({ notes }) => notes), ...uncoded, ...further];
}

function* eachJoined(
  documents: readonly NoteNumbers[],
  tokens: (note: number) => Int32Array,
): Generator<Int32Array> {
  for (const notes of documents) yield joinTokens(notes, tokens);
}

/** A document's token ids: those of its notes, one behind the other. */
export function joinTokens(notes: NoteNumbers, tokens: (note: number) => Int32Array): Int32Array {
  return notes.length === 1 ? tokens(notes[0]!) : joinRows(notes.map(tokens)).indices;
}

/** A document: the sentences of its notes, one note behind the other. */
export function joinSentences(
  notes: NoteNumbers,
  read: (note: number) => SentenceText,
): SentenceText {
  const texts = notes.map(read);
  if (texts.length === 1) return texts[0]!;
  const tokens = joinRows(texts.map(({ tokens }) => tokens));
  const starts = texts.map(({ starts }, at) => starts.map((start) => tokens.offsets[at]! + start));
  return { tokens: tokens.indices, starts: joinRows(starts).indices };
}
