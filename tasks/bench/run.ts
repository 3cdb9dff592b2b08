/**
 * Runs sections in processes of their own, ours and the peer's in turn.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ResourceError } from "../../pipeline/errors.ts";
import type { SectionRequest, SectionResult } from "./section.ts";

/** Both sides of one section, one entry a repetition. */
export interface Pair {
  /** Ours. */
  readonly ours: readonly SectionResult[];
  /** The peer's; empty without one. */
  readonly theirs: readonly SectionResult[];
}

/** Runs a section `repeats` times: ours, theirs, ours, theirs, … */
export async function runPair(
  request: SectionRequest,
  repeats: number,
  python: string | undefined,
): Promise<Pair> {
  const ours: SectionResult[] = [], theirs: SectionResult[] = [];
  for (let i = 0; i < repeats; i++) {
    ours.push(await runSection(request));
    if (python) theirs.push(await runPeer(request, python));
  }
  return { ours, theirs };
}

/** Runs one of our sections. Throws {@linkcode ResourceError} when its process fails. */
export async function runSection(request: SectionRequest): Promise<SectionResult> {
  const script = fileURLToPath(new URL("./section.ts", import.meta.url));
  const permissions = ["read", "write", "env", "sys", "ffi", "run"].map((name) =>
    `--allow-${name}`
  );
  return await run(Deno.execPath(), ["run", ...permissions, script], request);
}

/** Runs the peer's section. Throws {@linkcode ResourceError} when its process fails. */
export async function runPeer(
  request: Omit<SectionRequest, "section"> & { readonly section: string },
  python: string,
): Promise<SectionResult> {
  const script = fileURLToPath(new URL("../../tests/peers/bench.py", import.meta.url));
  return await run(python, [script], request);
}

async function run(
  program: string,
  args: string[],
  request: { readonly section: string },
): Promise<SectionResult> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args, JSON.stringify(request)],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  const line = text.decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  if (success && line.startsWith("{")) return JSON.parse(line);
  const reason = text.decode(stderr).trimEnd().split("\n").at(-1) ?? "";
  throw new ResourceError(`benchmark section ${request.section} of ${program} failed: ${reason}`);
}
