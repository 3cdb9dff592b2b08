/**
 * Runs sections in processes of their own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ResourceError } from "../../pipeline/errors.ts";
import type { SectionRequest, SectionResult } from "./request.ts";
import type { SectionName } from "./section.ts";

/** A section of the peer's: `tests/peers/bench.py` has them. */
export type PeerName =
  | "step"
  | "bfloat16"
  | "packed"
  | "inference"
  | "check"
  | "prepare"
  | "pandas"
  | "word2vec"
  | "metrics";

/** Runs one of our sections. Throws {@linkcode ResourceError} when its process fails. */
export async function runSection<More>(
  name: SectionName,
  request: SectionRequest,
): Promise<SectionResult<More>> {
  const script = fileURLToPath(new URL("./section.ts", import.meta.url));
  const permissions = ["read", "write", "env", "sys", "ffi", "run"]
    .map((permission) => `--allow-${permission}`);
  const args = ["run", "--no-check", ...permissions, script, name, JSON.stringify(request)];
  return await run(`section ${name}`, Deno.execPath(), args);
}

/** Runs one of the peer's sections. Throws {@linkcode ResourceError} when its process fails. */
export async function runPeer<More>(
  name: PeerName,
  request: SectionRequest,
  python: string,
): Promise<SectionResult<More>> {
  const script = fileURLToPath(new URL("../../tests/peers/bench.py", import.meta.url));
  const text = JSON.stringify({ ...request, section: name });
  return await run(`section ${name} of the peer`, python, [script, text]);
}

async function run<More>(
  what: string,
  program: string,
  args: string[],
): Promise<SectionResult<More>> {
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
