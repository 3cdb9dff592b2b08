/**
 * A file of lines that takes long to make: one process after another appends to a draft beside it, until
 * all lines are there and the draft takes the file's place. It is its owner's alone.
 *
 * @module
 */
import { dirname } from "node:path";
import { LockedError, UsageError } from "../errors.ts";
import { exists, PIECE_BYTES, readRegular } from "./read.ts";
import { formatSealed, isSealed } from "./sealed.ts";
import {
  draftPath,
  removeName,
  requireFilePlace,
  syncDirectory,
  writeAll,
  writeFailure,
} from "./write.ts";

/** How a file of lines is made. */
export interface ResumableOptions {
  /** What decides the lines: a draft that was begun with other facts is not gone on with. */
  readonly facts: object;
  /** What the facts are of, in words: `notes, run and options`. */
  readonly factsOf: string;
  /** Lines that are made together: of a draft's last ones those that are fewer are made again. */
  readonly together: number;
  /** Whether what is there may be replaced, and a draft of other facts begun anew. */
  readonly replace: boolean;
}

/** Where the facts of a draft lie while it is made. */
export function factsPath(path: string): string {
  return `${draftPath(path)}.json`;
}

/** Lines being appended. Disposing closes the draft, which the next process goes on with. */
export class ResumableLines implements Disposable {
  /** Lines that an earlier process has left; a multiple of those that are made together. */
  readonly done: number;
  readonly #path: string;
  readonly #draft: Deno.FsFile;

  private constructor(path: string, draft: Deno.FsFile, done: number) {
    this.#path = path;
    this.#draft = draft;
    this.done = done;
  }

  /**
   * Begins a draft, or goes on with the one that is there.
   *
   * @throws {UsageError} where the file is there, or a draft of other facts, and may not be replaced.
   * @throws {LockedError} where another process makes the same file.
   * @throws {ResourceError} where nothing can be written there.
   */
  static async open(path: string, options: ResumableOptions): Promise<ResumableLines> {
    for (const place of [path, draftPath(path), factsPath(path)]) await requireFilePlace(place);
    if (!options.replace && await exists(path)) {
      throw new UsageError(
        `writing ${path}: it exists; expected a new file; choose another --out, or replace it with ` +
          "--force",
      );
    }
    const draft = await openLocked(path);
    try {
      if (!await goesOn(path, draft, options)) await begin(path, draft, options.facts);
      const { lines, bytes } = await findWhole(draft, options.together);
      await draft.truncate(bytes);
      await draft.seek(0, Deno.SeekMode.End);
      return new ResumableLines(path, draft, lines);
    } catch (error) {
      draft.close();
      throw writeFailure(path, 0, error);
    }
  }

  /** Appends lines, without their ends, and waits until they are stored. Throws {@linkcode ResourceError}. */
  async append(lines: readonly string[]): Promise<void> {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    try {
      await writeAll(this.#draft, bytes);
      await this.#draft.sync();
    } catch (error) {
      throw writeFailure(draftPath(this.#path), bytes.length, error);
    }
  }

  /** Puts the draft in the file's place: all lines are there. Throws {@linkcode ResourceError}. */
  async finish(): Promise<void> {
    try {
      await Deno.rename(draftPath(this.#path), this.#path);
      await syncDirectory(dirname(this.#path));
      removeName(factsPath(this.#path));
    } catch (error) {
      throw writeFailure(this.#path, 0, error);
    }
  }

  /** Closes the draft. */
  [Symbol.dispose](): void {
    this.#draft.close();
  }
}

async function openLocked(path: string): Promise<Deno.FsFile> {
  const draft = draftPath(path);
  const options = { read: true, write: true, create: true, mode: 0o600 };
  const file = await Deno.open(draft, options).catch((error) => {
    throw writeFailure(draft, 0, error);
  });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new LockedError(
    `writing ${path}: another process is making it; expected to be the only one; wait for it`,
  );
}

/** Whether a draft was begun with these facts; throws where it was with others that must not be lost. */
async function goesOn(
  path: string,
  draft: Deno.FsFile,
  { facts, factsOf, replace }: ResumableOptions,
): Promise<boolean> {
  const { size } = await draft.stat();
  const found = await exists(factsPath(path)) ? await readFacts(path) : "";
  if (found === formatSealed(facts)) return true;
  if (replace || size === 0) return false;
  const whose = isSealed(found) ? "other" : "unknown";
  throw new UsageError(
    `writing ${path}: ${draftPath(path)} was begun with ${whose} ${factsOf}; expected the ` +
      "same command; give that again, or begin anew with --force",
  );
}

async function readFacts(path: string): Promise<string> {
  const refuse = (found: string) =>
    new UsageError(`reading ${factsPath(path)}: ${found}; move it away`);
  return new TextDecoder().decode(await readRegular(factsPath(path), refuse));
}

/** Empties a draft, then says what it is of: a draft with lines always says so. */
async function begin(path: string, draft: Deno.FsFile, facts: object): Promise<void> {
  await draft.truncate(0);
  await draft.sync();
  using file = await Deno.open(factsPath(path), {
    write: true,
    create: true,
    truncate: true,
    mode: 0o600,
  });
  await writeAll(file, new TextEncoder().encode(formatSealed(facts)));
  await file.sync();
}

/** The whole lines of a draft, and their bytes, but for the last ones that are fewer than `together`. */
async function findWhole(
  draft: Deno.FsFile,
  together: number,
): Promise<{ readonly lines: number; readonly bytes: number }> {
  const piece = new Uint8Array(PIECE_BYTES);
  let whole = { lines: 0, bytes: 0 };
  let lines = 0;
  let before = 0;
  await draft.seek(0, Deno.SeekMode.Start);
  for (let read: number | null; (read = await draft.read(piece)) !== null; before += read) {
    for (let end = 0; (end = piece.subarray(0, read).indexOf(0x0a, end) + 1) > 0;) {
      if (++lines % together === 0) whole = { lines, bytes: before + end };
    }
  }
  return whole;
}
