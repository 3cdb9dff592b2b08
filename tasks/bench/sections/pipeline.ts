/**
 * Preparing a dataset of a synthetic MIMIC-III, and word vectors.
 *
 * @module
 */
import { join } from "node:path";
import { writeFixture } from "../../../fixtures/mimic3/fixture.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { trainWordVectors } from "../../../pipeline/word2vec/train.ts";
import { showProgress, type StageTime } from "../../cli/progress.ts";
import { timeOnce, timeRuns } from "../measure.ts";
import type { SectionRequest } from "../request.ts";
import { createProbe, createTopicCorpus, probeVectors } from "../topics.ts";

/** Folder of the fixture in a request's folder, and NOTEEVENTS in it: for the peer. */
const MIMIC = "mimic";

/** Writes the tables that {@linkcode timePrepare} and its peer read. */
export async function makeFixture({ folder, rows }: SectionRequest) {
  let noteBytes = 0;
  const seconds = await timeOnce(async () => {
    ({ noteBytes } = await writeFixture({
      directory: join(folder, MIMIC),
      codes: 2000,
      seed: 1,
      rows,
      admissions: Math.max(200, Math.round(rows / 40)),
    }));
  });
  return { seconds: [seconds], more: { noteBytes } };
}

/** What preparing told. */
export interface Preparing {
  /** Stages and their seconds. */
  readonly stages: readonly StageTime[];
  /** Different tokens of all notes. */
  readonly terms: number;
}

/** `prepare`, whole, once: a second time would find the files in memory. */
export async function timePrepare({ folder }: SectionRequest) {
  const mimic = join(folder, MIMIC), out = join(folder, "data");
  const lines: string[] = [];
  using progress = showProgress({ terminal: false, write: (line) => lines.push(line) });
  const input = { kind: "mimic3", directory: mimic, ccs: mimic } as const;
  const seconds = await timeOnce(async () => {
    await prepareDataset({ input, out, replace: true }, progress);
  });
  const terms = Number(/^vocabulary: \d+ of (\d+) terms/m.exec(lines.join("\n"))?.[1]);
  const more: Preparing = { stages: progress.times, terms };
  return { seconds: [seconds], more };
}

/** What word vectors were trained on, and what they know. */
export interface Corpus {
  /** Words, repeated ones too. */
  readonly tokens: number;
  /** Different words. */
  readonly words: number;
  /** Share of the probe's rows that the vectors get right. */
  readonly probe: number;
}

/** Word vectors of a made-up corpus, one document a line, which is left for the peer with its probe. */
export async function timeWordVectors({ folder, rows, runs }: SectionRequest) {
  const { documents, vocabulary } = createTopicCorpus(Math.max(20, Math.round(rows / 100)));
  const triples = createProbe(documents);
  const words = (ids: Iterable<number>) => Array.from(ids, (id) => vocabulary[id]!);
  const lines = documents.map((ids) => words(ids).join(" "));
  await Deno.writeTextFile(join(folder, "corpus.txt"), lines.join("\n") + "\n");
  await Deno.writeTextFile(join(folder, "probe.json"), JSON.stringify(triples.map(words)));
  const threads = navigator.hardwareConcurrency, dimensions = 100;
  let vectors: Float32Array = new Float32Array();
  const seconds = await timeRuns(runs, async () => {
    vectors = await trainWordVectors(documents, vocabulary, {
      ...{ directory: folder, dimensions, threads, seed: 1 },
    });
  });
  const more: Corpus = {
    tokens: documents.reduce((sum, { length }) => sum + length, 0),
    words: new Set(documents.flatMap((ids) => [...ids])).size,
    probe: probeVectors(vectors, dimensions, triples),
  };
  return { seconds, more };
}
