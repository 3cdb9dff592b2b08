/**
 * The words that tell a code best in the training documents, whatever a document's model reads: the
 * log-odds ratio of a word's documents with and without the code, over its standard error, with half a
 * document added to each of the four counts.
 *
 * Legend: `V` tokens of the vocabulary.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { PADDING, type Task, UNKNOWN } from "../../pipeline/schema.ts";

/** How much each word tells of a code: [V], 0 where it tells nothing or speaks against it. */
export type TellingWords = (label: number) => Float64Array;

/**
 * Counts the words of training documents.
 *
 * @param vocabulary V; tokens from V on are left out.
 */
export function countTellingWords(
  training: Documents,
  task: Task,
  vocabulary: number,
): TellingWords {
  const words = Array.from(
    { length: training.count },
    (_, row) => Int32Array.from(new Set(training.tokens(row))).filter((id) => id < vocabulary),
  );
  const holders = countDocuments(words, vocabulary);
  const rows = new Map<number, number[]>(); // documents of each code
  words.forEach((_, row) => {
    for (const label of training.labels(task, row)) {
      const documents = rows.get(label);
      if (documents) documents.push(row);
      else rows.set(label, [row]);
    }
  });
  return (label) => {
    const own = rows.get(label) ?? [];
    const withCode = countDocuments(own.map((row) => words[row]!), vocabulary);
    return Float64Array.from(holders, (all, word) => {
      const isWord = word !== PADDING && word !== UNKNOWN;
      if (!isWord || withCode[word] === 0) return 0;
      const both = withCode[word]!;
      return Math.max(
        0,
        tellingness(both, own.length - both, all - both, training.count - own.length),
      );
    });
  };
}

/**
 * @param missing documents with the code and without the word.
 * @param others documents with the word and without the code.
 * @param without documents without the code.
 */
function tellingness(both: number, missing: number, others: number, without: number): number {
  const [a, b, c, d] = [both + 0.5, missing + 0.5, others + 0.5, without - others + 0.5] as const;
  return Math.log(a * d / (b * c)) / Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d);
}

/** How many lists hold each word: [V]. */
function countDocuments(lists: readonly Int32Array[], vocabulary: number): Int32Array {
  const counts = new Int32Array(vocabulary);
  for (const words of lists) for (const word of words) counts[word]!++;
  return counts;
}
