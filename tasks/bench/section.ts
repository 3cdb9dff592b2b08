/**
 * One section of the benchmark, in a process of its own so that its peak memory is its own: prints one
 * line of JSON. `deno task bench` starts it.
 *
 * @module
 */
import { join } from "node:path";
import { writeFixture } from "../../fixtures/fixture.ts";
import { startEngine } from "../../model/engine/engine.ts";
import { drawResamples, evaluateScores } from "../../model/metrics.ts";
import type { ScoreMatrix } from "../../model/scoring.ts";
import type { LabelRows } from "../../pipeline/batches.ts";
import { prepareDataset } from "../../pipeline/prepare.ts";
import { createRandom } from "../../pipeline/random.ts";
import { encodeSafetensors, type TensorData } from "../../pipeline/safetensors.ts";
import { trainWordVectors } from "../../pipeline/word2vec.ts";
import { showStages } from "../stages.ts";
import {
  computeCheck,
  largestMatmulRate,
  timeInference,
  timeParts,
  timeStep,
} from "./marn_step.ts";
import { peakMemory, timeRuns } from "./measure.ts";
import { createWorkloadBatch, type Workload } from "./workload.ts";

/** What a section is told. */
export interface SectionRequest {
  /** Which. */
  readonly section: keyof typeof sections;
  /** Timed runs. */
  readonly runs: number;
  /** Of the model's sections. */
  readonly workload: Workload;
  /** A folder to exchange files in. */
  readonly folder: string;
  /** Rows of the notes' fixture. */
  readonly rows: number;
  /** Documents and labels of the score matrix. */
  readonly matrix: { readonly documents: number; readonly labels: number };
}

/** What a section prints; times in seconds, memory in bytes. */
export interface SectionResult {
  /** Of every timed run. */
  readonly seconds: readonly number[];
  /** Largest memory of the process. */
  readonly peak: number;
  /** Whatever else it found. */
  readonly more: unknown;
}

const sections = {
  start: async () => ({ seconds: [await engineStart()] }),
  step: modelSection(timeStep),
  inference: modelSection(timeInference),
  parts: async ({ workload, runs }: SectionRequest) => {
    await startEngine();
    return {
      seconds: [],
      more: { parts: await timeParts(workload, runs), matmul: await largestMatmulRate(runs) },
    };
  },
  check: async ({ workload, folder }: SectionRequest) => {
    await startEngine();
    await writeCheck(workload, folder);
    return { seconds: [] };
  },
  fixture: async ({ folder, rows }: SectionRequest) => {
    const start = performance.now();
    const { noteBytes } = await writeFixture({
      directory: join(folder, "mimic"),
      codes: 2000,
      seed: 1,
      rows,
      admissions: Math.max(200, Math.round(rows / 40)),
    });
    return { seconds: [(performance.now() - start) / 1000], more: { noteBytes } };
  },
  prepare: async ({ folder }: SectionRequest) => {
    const mimic = join(folder, "mimic"), out = join(folder, "data");
    using progress = showStages({ write: () => {} });
    const input = { kind: "mimic3", directory: mimic, ccs: mimic } as const;
    const start = performance.now();
    await prepareDataset({ input, out, replace: true }, progress);
    return { seconds: [(performance.now() - start) / 1000], more: { stages: progress.times } };
  },
  word2vec: trainVectors,
  metrics: evaluateMatrix,
};

if (import.meta.main) {
  const request: SectionRequest = JSON.parse(Deno.args[0]!);
  const { seconds, ...rest } = await sections[request.section](request);
  const more = "more" in rest ? rest.more : null;
  const result: SectionResult = { seconds, peak: peakMemory(), more };
  console.log(JSON.stringify(result));
  Deno.exit(0); // workers of the sections above may still be parked
}

async function engineStart(): Promise<number> {
  const start = performance.now();
  await startEngine();
  return (performance.now() - start) / 1000;
}

function modelSection(time: (workload: Workload, runs: number) => Promise<number[]>) {
  return async ({ workload, runs }: SectionRequest) => {
    await startEngine();
    return { seconds: await time(workload, runs) };
  };
}

/** Weights, batch, logits and loss for a peer to compare its own with. */
async function writeCheck(workload: Workload, folder: string): Promise<void> {
  const { logits, loss, weights } = computeCheck(workload, { training: true, seed: 1 });
  const batch = createWorkloadBatch(workload);
  const labels = workload.labels.icd + workload.labels.ccs;
  const hot = (rows: LabelRows, width: number) => {
    const data = new Float32Array(workload.documents * width);
    for (let b = 0; b < workload.documents; b++) {
      for (let at = rows.offsets[b]!; at < rows.offsets[b + 1]!; at++) {
        data[b * width + rows.indices[at]!] = 1;
      }
    }
    return { dtype: "F32" as const, shape: [workload.documents, width], data };
  };
  const tensors = new Map<string, TensorData>(
    weights.all().map(({ name, variable }) => [name, {
      dtype: "F32",
      shape: variable.shape,
      data: variable.dataSync() as Float32Array,
    }]),
  );
  tensors.set("check.tokens", {
    dtype: "I32",
    shape: [workload.documents, workload.tokens],
    data: batch.tokens,
  });
  tensors.set("check.lengths", { dtype: "I32", shape: [workload.documents], data: batch.lengths });
  tensors.set("check.icd", hot(batch.icd, workload.labels.icd));
  tensors.set("check.ccs", hot(batch.ccs, workload.labels.ccs));
  tensors.set("check.logits", { dtype: "F32", shape: [workload.documents, labels], data: logits });
  tensors.set("check.loss", { dtype: "F32", shape: [1], data: Float32Array.of(loss) });
  await Deno.writeFile(join(folder, "check.safetensors"), encodeSafetensors(tensors));
}

/** Trains on a made-up corpus of Zipfian words, one document a line, which is left for the peer. */
async function trainVectors({ folder, rows, runs }: SectionRequest) {
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
  return { seconds, more: { tokens: documents.length * 1000, threads } };
}

/** All metrics of a matrix of scores, without and with intervals; the matrix is left for the peer. */
async function evaluateMatrix({ folder, runs, matrix: { documents, labels } }: SectionRequest) {
  const random = createRandom(6, "bench scores");
  const scores = Float32Array.from({ length: documents * labels }, () => random.uniform() ** 8);
  const offsets = new Int32Array(documents + 1), indices: number[] = [];
  for (let d = 0; d < documents; d++) {
    const row = new Set(Array.from({ length: 16 }, () => Math.floor(labels ** random.uniform())));
    for (const label of [...row].sort((a, b) => a - b)) {
      if (label >= labels) continue;
      indices.push(label);
      scores[d * labels + label] = random.uniform();
    }
    offsets[d + 1] = indices.length;
  }
  const matrix: ScoreMatrix = { documents, labels, scores };
  const truth: LabelRows = { offsets, indices: Int32Array.from(indices) };
  const bytes = (array: Float32Array | Int32Array) => new Uint8Array(array.buffer as ArrayBuffer);
  await Deno.writeFile(join(folder, "scores.f32"), bytes(scores));
  await Deno.writeFile(join(folder, "offsets.i32"), bytes(offsets));
  await Deno.writeFile(join(folder, "indices.i32"), bytes(truth.indices));
  let values = {};
  const seconds = await timeRuns(runs, () => {
    ({ values } = evaluateScores(matrix, truth, { threshold: 0.4 }));
  });
  const start = performance.now();
  evaluateScores(matrix, truth, {
    threshold: 0.4,
    resamples: drawResamples(documents, { size: 1000, seed: 1 }),
  });
  return { seconds, more: { values, withIntervals: (performance.now() - start) / 1000 } };
}
