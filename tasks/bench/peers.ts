/**
 * The peers' Python: a virtual environment of its own, made on request.
 *
 * @module
 */
import { join } from "node:path";
import { ResourceError } from "../../pipeline/errors.ts";
import { cacheDirectory } from "../../model/engine/cache.ts";

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
  if (await succeeds(python, ["-c", "import torch, sklearn, gensim, pandas, safetensors"])) {
    return python;
  }
  console.error(`installing ${PACKAGES.join(", ")} in ${folder}`);
  const made = await succeeds("python3", ["-m", "venv", folder]) &&
    await succeeds(python, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
  if (made) return python;
  throw new ResourceError(
    `installing the peers in ${folder}: python3 -m venv or pip failed; expected Python 3.10 or newer ` +
      `with venv; install it, or name a Python that has the packages in MARN_PEER_PYTHON`,
  );
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, { args, stdout: "null" }).output();
    return success;
  } catch {
    return false;
  }
}
