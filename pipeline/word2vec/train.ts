/**
 * Word vectors by word2vec (Mikolov et al. 2013): CBOW with 5 negative samples, window 5, 5 passes,
 * frequent words subsampled at 1e-3, trained by the original program out of `npm:word2vec`. It is
 * started directly: the package's own call clears the terminal, and its relative paths may pass the
 * 100 bytes that the program has room for.
 *
 * Legend: `V` tokens of the vocabulary, `D` dimensions.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { ResourceError } from "../errors.ts";
import { writeAtomic } from "../files/write.ts";
import { createRandom } from "../random.ts";
import { UNKNOWN } from "../schema.ts";
import { formatCounts, parseVectors, writeCorpus } from "./files.ts";
import { findWord2vec } from "./program.ts";

/** How word vectors are trained. */
export interface WordVectorOptions {
  /** Existing folder for temporary files. */
  readonly directory: string;
  /** Length of a vector, D. */
  readonly dimensions: number;
  /** Threads. One gives equal vectors for equal documents on equal machines; more race. */
  readonly threads: number;
  /** Seed of the unknown token's vector. The program's own draws start from a state of its own. */
  readonly seed: number;
  /** Told what share of the training is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Ends the training: the result then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Trains word vectors.
 *
 * @param documents token ids of each; unknown ones are passed over, as rare words are by word2vec.
 * @param vocabulary tokens by id, padding and unknown included.
 * @returns [V, D] row-major. Padding is zeros. Vectors are as the program leaves them, not normalised.
 * Unknown, and a token that no document holds, is drawn: a random direction, as CAML has it, of the
 * other vectors' mean length.
 * @throws {ResourceError} where there is no C compiler, or memory or disk run out.
 */
export async function trainWordVectors(
  documents: Iterable<Int32Array>,
  vocabulary: readonly string[],
  options: WordVectorOptions,
): Promise<Float32Array> {
  const { directory, dimensions, seed, interrupt } = options;
  // By this name, a command's permission to run the program can name it.
  const folder = join(resolve(directory), "word2vec");
  await Deno.mkdir(folder);
  try {
    const counts = writeCorpus(join(folder, CORPUS), documents, vocabulary.length);
    const trained = new Float32Array(vocabulary.length * dimensions);
    let found: readonly number[] = [];
    if (counts.tokens.some((count) => count > 0)) {
      await writeAtomic(join(folder, COUNTS), formatCounts(counts));
      const program = await findWord2vec(folder, dimensions);
      await run(program, folder, options);
      found = parseVectors(await readOutput(folder), trained, dimensions);
    }
    drawMissing(trained, found, dimensions, seed);
    return trained;
  } catch (error) {
    interrupt?.throwIfAborted();
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

// The program copies paths into buffers of 100 bytes: short names, and its folder as the current one.
const CORPUS = "corpus";
const COUNTS = "counts";
const VECTORS = "vectors";

async function run(program: string, folder: string, options: WordVectorOptions): Promise<void> {
  const { dimensions, threads, onProgress, interrupt = new AbortController().signal } = options;
  const settings = {
    train: CORPUS,
    "read-vocab": COUNTS,
    output: VECTORS,
    size: dimensions,
    threads,
    cbow: 1,
    window: 5,
    iter: 5,
    alpha: "0.05",
    negative: 5,
    hs: 0,
    sample: "1e-3",
    "min-count": 0, // the vocabulary is what it is
    binary: 1,
    debug: 2,
  };
  const child = new Deno.Command(program, {
    args: Object.entries(settings).flatMap(([name, value]) => [`-${name}`, String(value)]),
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    signal: interrupt,
  }).spawn();
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const share = [...text.matchAll(/Progress: ([\d.]+)%/g)].at(-1)?.[1];
    if (share) onProgress?.(Math.min(1, Number(share) / 100));
  }
  const { code, signal } = await child.status;
  if (code !== 0) {
    throw new ResourceError(
      `training word vectors: word2vec ended with ${signal ?? `code ${code}`}; expected code 0; ` +
        "it may have run out of memory, free some and run again",
    );
  }
}

async function readOutput(folder: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(join(folder, VECTORS));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return new Uint8Array();
  }
}

/** Fills the rows that were not trained, but padding's. */
function drawMissing(
  vectors: Float32Array,
  found: readonly number[],
  dimensions: number,
  seed: number,
): void {
  const row = (id: number) => vectors.subarray(id * dimensions, (id + 1) * dimensions);
  const meanLength = found.length
    ? found.reduce((sum, id) => sum + Math.hypot(...row(id)), 0) / found.length
    : 1;
  const trained = new Set(found);
  for (let id = UNKNOWN; id * dimensions < vectors.length; id++) {
    if (trained.has(id)) continue;
    const random = createRandom(seed, "word vector", id);
    const direction = Float64Array.from({ length: dimensions }, () => random.normal());
    const length = Math.hypot(...direction);
    row(id).set(direction.map((value) => value * meanLength / length));
  }
}
