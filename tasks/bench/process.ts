/**
 * Work in a process of its own, so that its peak memory is its own: ours in TypeScript, a peer's in
 * Python. A process is told the work's name and a request, and answers with one line of JSON.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ResourceError } from "../../pipeline/errors.ts";
import { print } from "../cli/print.ts";
import { peakMemory } from "./measure.ts";
import type { Workload } from "./workload.ts";

/** What work is told; each piece reads what concerns it. */
export interface WorkRequest {
  /** Timed runs. */
  readonly runs: number;
  /** Seconds of timed runs after which a peer ends, however many are left. */
  readonly budget: number;
  /** Sizes of the model and its batch. */
  readonly workload: Workload;
  /** Folder in which the two sides exchange files. */
  readonly folder: string;
  /** Rows of NOTEEVENTS. */
  readonly rows: number;
  /** Sizes of the matrix of scores. */
  readonly matrix: { readonly documents: number; readonly labels: number };
  /** A system by the name that `--model` takes. */
  readonly system?: string | undefined;
  /** How a peer computes, where an earlier repetition chose. */
  readonly choice?: unknown;
}

/** What work answers. */
export interface WorkResult<More = unknown> {
  /** Of every timed run. */
  readonly seconds: readonly number[];
  /** Largest memory of the process, in bytes. */
  readonly peak: number;
  /** What it found beside its times. */
  readonly more: More;
}

/** What every timed work of a peer finds beside its times. */
export interface PeerMore {
  /** What computed: library, version, mode, threads. */
  readonly by: string;
  /** How, for later repetitions. */
  readonly choice?: unknown;
}

/** Both sides' results of one piece of work, one entry a repetition. */
export interface Pair<Ours = unknown, Theirs extends PeerMore = PeerMore> {
  readonly ours: readonly WorkResult<Ours>[];
  /** Empty without a peer, or where it failed. */
  readonly theirs: readonly WorkResult<Theirs>[];
}

/** Where a peer's work is: the URL of a Python script, and the name that the script knows it by. */
export interface PeerWork {
  readonly name: string;
  readonly script: string;
}

/** What our work returns; its peak memory is the process's, unless it looked earlier. */
export type Found<More> = Omit<WorkResult<More>, "peak"> & { readonly peak?: number | undefined };

/** Work of ours: the file at the URL `script`, run as a program, {@linkcode answer}s by doing it. */
export interface Work<More> {
  readonly name: string;
  readonly script: string;
  readonly run: (request: WorkRequest) => Promise<Found<More>>;
}

/** Does the one of `works` that the command line names, prints what it found, and ends the process. */
export async function answer(works: readonly Work<unknown>[]): Promise<never> {
  const [name, request] = Deno.args;
  const work = works.find((work) => work.name === name);
  if (!work || !request) throw new TypeError(`doing ${name}: expected a work's name and a request`);
  const { seconds, peak = peakMemory(), more } = await work.run(JSON.parse(request));
  const result: WorkResult = { seconds, peak, more };
  print(JSON.stringify(result));
  Deno.exit(0); // workers that the work started may still be parked
}

/** Runs work of ours. Throws {@linkcode ResourceError} when its process fails. */
export async function runWork<More>(
  { name, script }: Work<More>,
  request: WorkRequest,
): Promise<WorkResult<More>> {
  const permissions = ["read", "write", "env", "sys", "ffi", "run"]
    .map((permission) => `--allow-${permission}`);
  const args = ["run", "--no-check", ...permissions, fileURLToPath(script)];
  return await run(`section ${name}`, Deno.execPath(), [...args, name, JSON.stringify(request)]);
}

/** Runs a peer's work. Throws {@linkcode ResourceError} when its process fails. */
export async function runPeer<More>(
  { name, script }: PeerWork,
  request: WorkRequest,
  python: string,
): Promise<WorkResult<More>> {
  const args = [fileURLToPath(script), name, JSON.stringify(request)];
  return await run(`section ${name} of the peer`, python, args);
}

async function run<More>(
  what: string,
  program: string,
  args: string[],
): Promise<WorkResult<More>> {
  const { code, signal, stdout, stderr } = await start(what, program, args);
  const line = lastLine(stdout);
  if (code === 0 && line.startsWith("{")) return JSON.parse(line);
  throw new ResourceError(
    `running ${what}: ended with ${signal ?? `code ${code}`}, expected a result: ` +
      (lastLine(stderr) || "it said nothing; memory may have run out"),
  );
}

async function start(what: string, program: string, args: string[]): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(program, { args, stdin: "null" }).output();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ResourceError(`running ${what}: ${program} cannot be started: ${error.message}`);
  }
}

function lastLine(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trimEnd().split("\n").at(-1) ?? "";
}
