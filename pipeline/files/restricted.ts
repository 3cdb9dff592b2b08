/**
 * Marks and modes of what is made from restricted data. The mark goes from a dataset to the runs made on
 * it, and from these to whatever is computed with them: each folder says so in words, and its files are
 * its owner's alone.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { openLibc } from "./libc.ts";
import { exists, listFolder } from "./read.ts";
import { makeDirectory, writeAtomic, writeFailure } from "./write.ts";

/** The file that says so, in every folder of such things. */
export const RESTRICTED_FILE = "RESTRICTED.txt";

/** The text of {@linkcode RESTRICTED_FILE}. */
export const RESTRICTED_TEXT =
  `RESTRICTED: what lies in this folder was made from restricted clinical data, MIMIC-III or a corpus
that its owner has declared restricted.

Word lists, word vectors, tokens, weights, predictions, lists of admissions and figures of few
patients can give away what notes say. All of them stay where the agreement allows under which the
data were had: on machines of people who have signed it. They are not published, and not sent to
anyone else's service, online tools and language models among them.

Files here are readable by their owner alone. A copy of one takes its mark with it: copy this file,
too. SECURITY.md of the program that wrote this has the rules.
`;

/** Of the bits that a new file or folder would have: those of its owner alone. */
const OWNER_ONLY = 0o077;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

const windows = Deno.build.os === "windows"; // modes are not its way

/**
 * Lets this process make files that only their owner may read, until disposed; libraries, threads and
 * programs that it starts, too. Does nothing where `restricted` is false.
 */
export function privateModes(restricted: boolean): Disposable {
  if (!restricted || windows) return { [Symbol.dispose]: () => {} };
  const before = setUmask(OWNER_ONLY);
  return { [Symbol.dispose]: () => setUmask(before) };
}

/** Sets the process's mask and returns the one before. Deno's own call takes a permission without a name. */
function setUmask(mask: number): number {
  using libc = openLibc({ umask: { parameters: ["u32"], result: "u32" } });
  return libc ? libc.symbols.umask(mask) : Deno.umask(mask);
}

/**
 * Makes a folder, where it is missing, for what is written into it until this is disposed: where that is
 * restricted, the folder is marked and the files are their owner's alone. Throws {@linkcode ResourceError}.
 */
export async function openFolder(folder: string, restricted: boolean): Promise<Disposable> {
  if (restricted) await markRestricted(folder);
  const modes = privateModes(restricted);
  try {
    await makeDirectory(folder);
    return modes;
  } catch (error) {
    modes[Symbol.dispose]();
    throw error;
  }
}

/**
 * Says in `folder` that it is restricted, and makes the folder where it is missing. One that is new, or
 * empty, becomes its owner's alone; one that was there may be shared for other things. Throws
 * {@linkcode ResourceError}.
 */
export async function markRestricted(folder: string): Promise<void> {
  using _modes = privateModes(true);
  const isNew = !await exists(folder) || (await list(folder)).length === 0;
  await makeDirectory(folder);
  if (isNew) await setMode(folder, PRIVATE_FOLDER);
  await writeAtomic(join(folder, RESTRICTED_FILE), RESTRICTED_TEXT);
}

/**
 * Takes a folder that is all ours, and everything in it, from everyone but its owner: what an earlier
 * version has written, too. Links are left alone. Throws {@linkcode ResourceError}.
 */
export async function makePrivate(folder: string): Promise<void> {
  await setMode(folder, PRIVATE_FOLDER);
  for (const { name, isFile, isDirectory } of await list(folder)) {
    const path = join(folder, name);
    if (isDirectory) await makePrivate(path);
    if (isFile) await setMode(path, PRIVATE_FILE);
  }
}

async function list(folder: string): Promise<Deno.DirEntry[]> {
  return await listFolder(
    folder,
    (found) => new UsageError(`writing into ${folder}: ${found}; choose another folder`),
  );
}

async function setMode(path: string, mode: number): Promise<void> {
  if (windows) return;
  await Deno.chmod(path, mode).catch((error) => {
    // Some file systems know no modes, and somebody else's file keeps its own.
    if (error instanceof Deno.errors.PermissionDenied) return;
    if (error instanceof Deno.errors.NotSupported) return;
    throw writeFailure(path, 0, error);
  });
}
