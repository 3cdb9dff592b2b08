/**
 * The peers' Python: a virtual environment of its own, made on request.
 *
 * @module
 */
import { join } from "node:path";
import { ResourceError } from "../../pipeline/errors.ts";
import { cacheDirectory } from "../../model/engine/install/cache_directory.ts";
import { say } from "../cli/print.ts";

/** What the peers import, pinned. */
const PACKAGES = [
  "torch==2.13.0",
  "numpy==2.4.6",
  "scikit-learn==1.9.1",
  "gensim==4.4.0",
  "pandas==3.1.1",
  "safetensors==0.8.0",
];

/**
 * Path of a Python that has the peers' packages: that of `MARN_PEER_PYTHON`, or of a virtual environment
 * in the user cache, which is made the first time. Throws {@linkcode ResourceError}.
 */
export async function peerPython(): Promise<string> {
  const given = Deno.env.get("MARN_PEER_PYTHON");
  if (given) return given;
  const folder = join(cacheDirectory(), "peers");
  const python = join(folder, "bin", "python");
  const imports = ["-c", "import torch, sklearn, gensim, pandas, safetensors"];
  if (await failure(python, imports) === undefined) return python;
  say(`installing ${PACKAGES.join(", ")} in ${folder}`);
  const pip = ["-m", "pip", "install", "--quiet"];
  const reason = await failure("python3", ["-m", "venv", "--clear", folder]) ??
    await failure(python, [...pip, ...PACKAGES]);
  if (reason === undefined) return python;
  throw new ResourceError(
    `installing the peers in ${folder}: ${reason}; expected Python 3.11 or newer with venv, and ` +
      `a network; install it, or name a Python that has the packages in MARN_PEER_PYTHON`,
  );
}

/** Why a program failed, on one line; undefined where it did not. */
async function failure(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
    if (success) return undefined;
    const text = new TextDecoder();
    const said = text.decode(stderr).trim() || text.decode(stdout).trim();
    return said.split("\n").at(-1) || `${program} failed`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
