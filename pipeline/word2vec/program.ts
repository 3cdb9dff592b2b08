/**
 * The original word2vec program out of `npm:word2vec`, compiled for this machine. The package's own
 * makefile leaves it several times slower than it can be: its inner loops are not vectorised, and
 * each negative sample waits twice for main memory. Compiled here from the same source with few
 * edits (sizes fixed at compile time, smaller tables, memory fetched ahead), it computes the same
 * updates in the same order.
 *
 * @module
 */
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { ResourceError } from "../errors.ts";
import { sha256 } from "../files/checksum.ts";
import { writeAtomic } from "../files/write.ts";

/** Where a word2vec program comes from. */
export interface Word2vecOrigin {
  /** Folder of `word2vec.c` and, where the package could compile it, of the program. */
  readonly folder?: string | undefined;
  /** `cc` by default. */
  readonly compiler?: string | undefined;
}

/** Names a program that was compiled before, so that a process need not be allowed to compile one. */
export const PROGRAM_VARIABLE = "MARN_WORD2VEC";

/**
 * The name of the program for vectors of some length: it tells sources and flags apart, but not
 * processors, for one of which it is compiled.
 */
export async function programName(dimensions: number): Promise<string> {
  const source = await readSource(packageFolder(), dimensions);
  return `word2vec-${dimensions}-${sha256(JSON.stringify([FLAGS, source])).slice(0, 16)}`;
}

/**
 * Finds or makes a word2vec program that runs: the one that `MARN_WORD2VEC` names, one compiled here, or
 * the package's own.
 *
 * @param directory existing folder for the program and its source.
 * @param dimensions length of the vectors that it will be asked for.
 * @returns its path.
 * @throws {ResourceError} where neither can be had.
 */
export async function findWord2vec(
  directory: string,
  dimensions: number,
  origin: Word2vecOrigin = {},
): Promise<string> {
  const { folder = packageFolder(), compiler = "cc" } = origin;
  const named = await namedProgram(dimensions);
  if (named !== undefined && await runs(named)) return named;
  const tuned = join(directory, "word2vec");
  const packaged = join(folder, "word2vec");
  await writeAtomic(`${tuned}.c`, await readSource(folder, dimensions));
  const compiled = await succeeds(compiler, [...FLAGS, `${tuned}.c`, "-o", tuned, "-lm"]);
  if (compiled && await runs(tuned)) return tuned;
  if (await runs(packaged)) return packaged;
  throw new ResourceError(
    `compiling word2vec: ${compiler} does not work, or the user's cache cannot be written; expected a ` +
      "C compiler with its headers; install one (Debian, Ubuntu: apt install build-essential; " +
      "macOS: xcode-select --install), then run the same command again",
  );
}

/** The program that the environment names, if it is this one. */
async function namedProgram(dimensions: number): Promise<string | undefined> {
  const { state } = Deno.permissions.querySync({ name: "env", variable: PROGRAM_VARIABLE });
  const program = state === "granted" ? Deno.env.get(PROGRAM_VARIABLE) : undefined;
  if (!program || !basename(program).startsWith(await programName(dimensions))) return undefined;
  return program;
}

async function readSource(folder: string, dimensions: number): Promise<string> {
  return tuneSource(await Deno.readTextFile(join(folder, "word2vec.c")), dimensions);
}

/** The source folder of `npm:word2vec`. */
export function packageFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("word2vec/package.json")), "src");
}

const FLAGS = [
  "-O3",
  "-ffast-math", // or sums stay in order, and scalar
  "-march=native",
  "-pthread",
  "-w",
  // Every thread reads a stream of its own: no lock for every character.
  "-Dfgetc=getc_unlocked",
  "-Dfeof=feof_unlocked",
];

/** Without arguments it prints its options and ends well. */
function runs(program: string): Promise<boolean> {
  return succeeds(program, []);
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, { args, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    return false; // not there, not allowed, of another machine, on a file system that runs nothing
  }
}

/**
 * The program's source, edited.
 *
 * @throws {Error} where it is not the source that they were made for.
 */
export function tuneSource(source: string, dimensions: number): string {
  return edits(dimensions).reduce((text, [original, edited]) => {
    const parts = text.split(original);
    if (parts.length !== 2) throw new Error("npm:word2vec is not the version that this is for");
    return parts.join(edited);
  }, source);
}

function edits(dimensions: number): [string, string][] {
  return [
    // A loop whose length is known is unrolled and needs no remainder.
    [", layer1_size = 100;", `;\nconst long long layer1_size = ${dimensions};`],
    [`if ((i = ArgPos((char *)"-size", argc, argv)) > 0) layer1_size = atoi(argv[i + 1]);`, ""],
    // 40 MB of table for negative sampling instead of 400, 32 MB of hash table instead of 120: room
    // for millions of terms, and for each to be sampled about as often as it should be.
    ["table_size = 1e8;", "table_size = 1e7;"],
    ["vocab_hash_size = 30000000;", "vocab_hash_size = 1 << 23;"],
    // Which rows the negative samples will need follows from the generator's state alone.
    [
      "b = next_random % window;\n",
      `b = next_random % window;
    {
      unsigned long long ahead = next_random;
      for (d = 0; d < negative; d++) {
        ahead = ahead * (unsigned long long)25214903917 + 11;
        const real *row = syn1neg + table[(ahead >> 16) % table_size] * layer1_size;
        for (c = 0; c < layer1_size; c += 16) __builtin_prefetch(row + c, 1);
      }
      ahead = ahead * (unsigned long long)25214903917 + 11;
      for (d = 0; d < negative; d++) {
        ahead = ahead * (unsigned long long)25214903917 + 11;
        __builtin_prefetch(table + (ahead >> 16) % table_size);
      }
    }
`,
    ],
  ];
}
