/**
 * The engine of this machine, installed before the command that computes with it, which may neither
 * fetch nor compile.
 *
 * @module
 */
import { cacheDirectory } from "../../model/engine/install/cache_directory.ts";
import { isSettled, unlessUnavailable } from "../../model/engine/install/inspect.ts";
import { executeAsChild } from "./execute.ts";
import { optionValue, scriptOf } from "./paths.ts";

/**
 * Installs an engine in a process of its own, unless one is settled or `args` ask for the one that is
 * part of this program. What that process prints goes to stderr: stdout is the command's.
 *
 * @returns the exit code of that process; 0 where none was needed.
 */
export async function ensureEngine(
  args: readonly string[],
  cache?: string,
): Promise<number> {
  if (optionValue(args, "--engine") === "wasm") return 0;
  // Without a home there is no cache; the process says so.
  if (await unlessUnavailable(() => isSettled(cache ?? cacheDirectory()))) return 0;
  const flags = ["read", "write", "env", "sys", "ffi", "net", "run"].map((kind) =>
    `--allow-${kind}`
  );
  return await executeAsChild(
    Deno.execPath(),
    ["run", "--no-prompt", ...flags, scriptOf("setup"), "--if-needed"],
    { quiet: true },
  );
}
