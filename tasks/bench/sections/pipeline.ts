/**
 * Preparing a dataset of a synthetic MIMIC-III, and word vectors.
 *
 * @module
 */
import { join } from "node:path";
import { writeFixture } from "../../../fixtures/fixture.ts";
import { prepareDataset } from "../../../pipeline/prepare.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { trainWordVectors } from "../../../pipeline/word2vec.ts";
import { showStages, type StageTime } from "../../stages.ts";
import { timeOnce, timeRuns } from "../measure.ts";
import type { SectionRequest } from "../request.ts";

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
  using progress = showStages({ terminal: false, write: (line) => lines.push(line) });
  const input = { kind: "mimic3", directory: mimic, ccs: mimic } as const;
  const seconds = await timeOnce(async () => {
    await prepareDataset({ input, out, replace: true }, progress);
  });
  const terms = Number(/^vocabulary: \d+ of (\d+) terms/m.exec(lines.join("\n"))?.[1]);
  const more: Preparing = { stages: progress.times, terms };
  return { seconds: [seconds], more };
}

/** What the corpus of {@linkcode timeWordVectors} holds. */
export interface Corpus {
  /** Words, repeated ones too. */
  readonly tokens: number;
  /** Different words. */
  readonly words: number;
}

/** Word vectors of a made-up corpus of Zipfian words, one document a line, which is left for the peer. */
export async function timeWordVectors({ folder, rows, runs }: SectionRequest) {
  const random = createRandom(5, "bench corpus"), words = 20_000;
  const vocabulary = Array.from({ length: words }, (_, id) => `w${id}`);
  const documents = Array.from(
    { length: Math.max(20, Math.round(rows / 100)) },
    () => Int32Array.from({ length: 1000 }, () => 2 + Math.floor((words - 2) ** random.uniform())),
  );
  const lines = documents.map((ids) => Array.from(ids, (id) => vocabulary[id]).join(" "));
  await Deno.writeTextFile(join(folder, "corpus.txt"), lines.join("\n") + "\n");
  const threads = navigator.hardwareConcurrency;
  const seconds = await timeRuns(runs, async () => {
    await trainWordVectors(documents, vocabulary, {
      ...{ directory: folder, dimensions: 100, threads, seed: 1 },
    });
  });
  const used = new Set(documents.flatMap((ids) => [...ids]));
  const more: Corpus = { tokens: documents.length * 1000, words: used.size };
  return { seconds, more };
}
