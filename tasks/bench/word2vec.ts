/**
 * Training word vectors on a made-up corpus.
 *
 * @module
 */
import { join } from "node:path";
import { trainWordVectors } from "../../pipeline/word2vec/train.ts";
import { spreadOf, timeRuns } from "./measure.ts";
import { answer, type PeerMore, type Work, type WorkResult } from "./process.ts";
import { compare, comparisonTable, type ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";
import { createProbe, createTopicCorpus, probeVectors } from "./topic_corpus.ts";

/** What word vectors were trained on, and what they know. */
export interface Trained {
  /** Words of the corpus, repeated ones too. */
  readonly tokens: number;
  /** Different words. */
  readonly words: number;
  /** Share of the probe's triples that the vectors get right. */
  readonly probe: number;
}

/** Five passes over the corpus, and whether the vectors tell its topics apart. */
export const word2vecTopic: Topic = { name: "word2vec", measure: measureWord2vec };

async function measureWord2vec(session: BenchSession): Promise<ResultTable[]> {
  const pair = await session.pair<Trained, Trained & PeerMore>({
    name: "word2vec",
    ours: word2vecWork,
    theirs: { name: "word2vec", script: import.meta.resolve("./peers/word2vec.py") },
  });
  const { tokens, words } = pair.ours[0]!.more;
  const theirs = pair.theirs[0]?.more;
  const probes = (results: readonly WorkResult<Trained>[]) =>
    spreadOf(results.map(({ more: { probe } }) => probe));
  const rows = [{ by: "this project", probe: probes(pair.ours) }];
  if (theirs) {
    session.expectSame("words of the corpus", tokens, theirs.tokens);
    session.expectSame("word vectors", words, theirs.words);
    rows.push({ by: theirs.by, probe: probes(pair.theirs) });
  }
  return [comparisonTable([compare("word2vec, 5 passes", pair)]), {
    title: "Word vectors: related words nearer to each other than to unrelated ones",
    columns: [
      { key: "by", head: "trained by", unit: "text" },
      { key: "probe", head: "of 2,000 triples (50% by chance)", unit: "percent" },
    ],
    rows,
  }];
}

/** Trains on the corpus, which it leaves for the peer, one document a line, with its probe. */
export const word2vecWork: Work<Trained> = {
  name: "word2vec",
  script: import.meta.url,
  async run({ folder, rows, runs }) {
    const { documents, vocabulary } = createTopicCorpus(Math.max(20, Math.round(rows / 100)));
    const triples = createProbe(documents);
    const words = (ids: Iterable<number>) => Array.from(ids, (id) => vocabulary[id]!);
    const lines = documents.map((ids) => words(ids).join(" "));
    await Deno.writeTextFile(join(folder, "corpus.txt"), lines.join("\n") + "\n");
    await Deno.writeTextFile(join(folder, "probe.json"), JSON.stringify(triples.map(words)));
    const options = {
      directory: folder,
      dimensions: 100,
      threads: navigator.hardwareConcurrency,
      seed: 1,
    };
    let vectors: Float32Array = new Float32Array(); // [words, 100]
    const seconds = await timeRuns(runs, async () => {
      vectors = await trainWordVectors(documents, vocabulary, options);
    });
    const more = {
      tokens: documents.reduce((sum, { length }) => sum + length, 0),
      words: new Set(documents.flatMap((ids) => [...ids])).size,
      probe: probeVectors(vectors, options.dimensions, triples),
    };
    return { seconds, more };
  },
};

if (import.meta.main) await answer([word2vecWork]);
