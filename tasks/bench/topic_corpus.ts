/**
 * A made-up corpus whose words have topics, and a probe of what word vectors know of them.
 *
 * @module
 */
import { createRandom } from "../../pipeline/random.ts";

/** Documents as ids into a vocabulary. */
export interface TopicCorpus {
  /** Word ids of each document. */
  readonly documents: readonly Int32Array[];
  /** Words by id; padding and unknown come first and occur nowhere. */
  readonly vocabulary: readonly string[];
}

const WORDS = 20_000;
const TOPICS = 200;
const FIRST = 2; // id of the first word, behind padding and unknown
const LENGTH = 1000; // tokens of a document
const STRETCH = 25; // tokens of a stretch on one topic
const OWN = 0.25; // share of a stretch's words that its topic draws: at 0.5 every vector passes the probe

/** Documents of 1,000 Zipfian words; each stretch of 25 takes a quarter of them from its own topic. */
export function createTopicCorpus(count: number): TopicCorpus {
  const random = createRandom(5, "bench corpus");
  const zipf = (size: number) => Math.floor(size ** random.uniform()) - 1;
  const documents = Array.from({ length: count }, () => {
    let topic = 0;
    return Int32Array.from({ length: LENGTH }, (_, at) => {
      if (at % STRETCH === 0) topic = random.below(TOPICS);
      const own = random.uniform() < OWN;
      return FIRST + (own ? topic + TOPICS * zipf(WORDS / TOPICS) : zipf(WORDS));
    });
  });
  const vocabulary = Array.from({ length: FIRST + WORDS }, (_, id) => `w${id}`);
  return { documents, vocabulary };
}

function topicOf(id: number): number {
  return (id - FIRST) % TOPICS;
}

/** Three words: the first two are of one topic, the third is of another. */
export type Triple = readonly [word: number, related: number, unrelated: number];

/** Triples that a probe asks for. */
const PROBES = 2000;

/** Triples of words that occur five times or more, drawn from a seed. */
export function createProbe(documents: readonly Int32Array[]): Triple[] {
  const counts = new Uint32Array(FIRST + WORDS);
  for (const ids of documents) ids.forEach((id) => counts[id]!++);
  const frequent = Array.from(counts.keys()).filter((id) => counts[id]! >= 5);
  const byTopic = Map.groupBy(frequent, topicOf);
  const random = createRandom(6, "bench probe");
  const triples: Triple[] = [];
  const pick = (ids: readonly number[]) => ids[random.below(ids.length)]!;
  while (triples.length < PROBES) {
    const word = pick(frequent);
    const related = pick(byTopic.get(topicOf(word))!);
    const unrelated = pick(frequent);
    if (word === related || topicOf(word) === topicOf(unrelated)) continue;
    triples.push([word, related, unrelated]);
  }
  return triples;
}

/**
 * Share of the triples whose first word's vector is nearer, by cosine, to the related word's than to
 * the unrelated one's: 0.5 by chance.
 *
 * @param vectors [words, dimensions], row-major.
 */
export function probeVectors(
  vectors: Float32Array,
  dimensions: number,
  triples: readonly Triple[],
): number {
  const right = triples.filter(([word, related, unrelated]) =>
    cosine(vectors, dimensions, word, related) > cosine(vectors, dimensions, word, unrelated)
  );
  return right.length / triples.length;
}

function cosine(vectors: Float32Array, dimensions: number, a: number, b: number): number {
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < dimensions; i++) {
      sum += vectors[a * dimensions + i]! * vectors[b * dimensions + i]!;
    }
    return sum;
  };
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
