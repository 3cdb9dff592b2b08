/**
 * Finds an unpacked TensorFlow on this machine: a folder the user named, or the user cache.
 *
 * @module
 */
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";
import { isFile } from "../../../pipeline/files/read.ts";
import { installDirectory, isWhole } from "./cache.ts";
import { cacheDirectory } from "./cache_directory.ts";
import type { Library } from "./compile.ts";
import { type Artifact, artifactFor, type InstalledEngine, PLATFORM } from "./wheels.ts";

/**
 * The folder in `MARN_TENSORFLOW`, which holds TensorFlow unpacked or as the pinned wheels; undefined
 * when it is not set.
 */
export function namedFolder(): string | undefined {
  return Deno.env.get("MARN_TENSORFLOW") || undefined;
}

/**
 * The TensorFlow to run `engine` with; undefined when there is none yet. Throws
 * {@linkcode ResourceError} where the platform has none at all.
 */
export async function findLibrary(
  engine: InstalledEngine,
  cache: string = cacheDirectory(),
): Promise<Library | undefined> {
  const artifact = expectArtifact(engine);
  const named = await findNamedLibrary(artifact);
  if (named) return named;
  const directory = installDirectory(artifact, cache);
  if (!await isWhole(artifact, directory)) return undefined;
  return { directory, libraries: artifact.libraries };
}

/** The TensorFlow that lies unpacked in the folder the user named, as in Python's site-packages. */
export async function findNamedLibrary({ libraries }: Artifact): Promise<Library | undefined> {
  const directory = namedFolder();
  const found = directory && await isFile(join(directory, "tensorflow", libraries[0]));
  return found ? { directory, libraries } : undefined;
}

/** What `engine` needs. Throws {@linkcode ResourceError} where the platform has no build of it. */
export function expectArtifact(engine: InstalledEngine, platform: string = PLATFORM): Artifact {
  const artifact = artifactFor(engine, platform);
  if (artifact) return artifact;
  throw new ResourceError(
    `finding TensorFlow for --engine ${engine}: there is none for ${platform}; use --engine wasm`,
  );
}
