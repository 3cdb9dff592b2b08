/**
 * What a person decides of a note's codes, kept where `--decisions` asks for it: a line of JSON each,
 * appended durably. A later decision of the same code takes the place of an earlier one, which stays in
 * the file.
 *
 * @module
 */
import { dirname } from "node:path";
import * as v from "valibot";
import { IntegrityError, LockedError, UsageError } from "../../pipeline/errors.ts";
import { parseJson } from "../../pipeline/files/json.ts";
import { describeFault } from "../../pipeline/files/json_fault.ts";
import { readText } from "../../pipeline/files/read.ts";
import {
  requireFilePlace,
  requireNamed,
  syncDirectory,
  writeAllSync,
  writeFailure,
} from "../../pipeline/files/write.ts";
import { decidedSchema } from "./schemas.ts";

/** A decision as it is kept. */
export type KeptDecision = v.InferOutput<typeof decidedSchema>;

/** The decisions of a file, which one process appends to at a time. */
export class DecisionBook implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** In the order of the file, by the note's digest. */
  readonly #byNote: Map<string, KeptDecision[]>;

  private constructor(path: string, file: Deno.FsFile, decided: readonly KeptDecision[]) {
    this.#path = path;
    this.#file = file;
    this.#byNote = Map.groupBy(decided, ({ note }) => note);
  }

  /**
   * Opens a file of decisions; a new one, its owner's alone, where there is none. Half a line at its end,
   * which a process that was killed left behind, is cut off: nobody was told that it was kept.
   *
   * @throws {UsageError} where there is something else than a file.
   * @throws {IntegrityError} where a line is no decision.
   * @throws {LockedError} while another process writes to it.
   * @throws {ResourceError} where it cannot be written.
   */
  static async open(path: string): Promise<DecisionBook> {
    await requireFilePlace(path);
    const file = await Deno.open(path, { read: true, append: true, create: true, mode: 0o600 })
      .catch((error) => {
        throw writeFailure(path, 0, error);
      });
    try {
      if (!await file.tryLock(true)) {
        throw new LockedError(`appending to ${path}: another process writes to it; wait for it`);
      }
      const text = await readText(path, (found) => unreadable(path, found));
      const { decided, whole } = parseDecisions(text, path);
      requireRoom(file, path, new TextEncoder().encode(whole).length);
      await syncDirectory(dirname(path) || ".");
      return new DecisionBook(path, file, decided);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The decisions of a note, by the digest of its text; the latest of each code. */
  of(note: string): KeptDecision[] {
    const latest = new Map((this.#byNote.get(note) ?? []).map((one) => [keyOf(one), one]));
    return [...latest.values()];
  }

  /** Appends a decision. Throws {@linkcode ResourceError} where it cannot be stored. */
  append(decided: KeptDecision): void {
    const line = new TextEncoder().encode(`${JSON.stringify(decided)}\n`);
    requireNamed(this.#file, this.#path);
    const { size } = this.#file.statSync();
    try {
      writeAllSync(this.#file, line, this.#path);
      this.#file.syncSync();
    } catch (error) {
      this.#file.truncateSync(size); // no half of it stays
      throw writeFailure(this.#path, line.length, error);
    }
    const before = this.#byNote.get(decided.note) ?? [];
    this.#byNote.set(decided.note, [...before, decided]);
  }

  /** Lets others write to the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * The decisions of a file's text, and the text of its whole lines: behind them there may be half of one.
 *
 * @throws {IntegrityError} naming the first line that is no decision.
 */
export function parseDecisions(
  text: string,
  path: string,
): { readonly decided: KeptDecision[]; readonly whole: string } {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole === "" && text !== "") throw noDecision(path, 1, "it is no whole line");
  const lines = whole.split("\n").slice(0, -1);
  return { decided: lines.map((line, at) => parse(line, path, at + 1)), whole };
}

function keyOf({ task, code }: KeptDecision): string {
  return `${task} ${code}`;
}

/** Cuts a file to its whole lines, and sees that more can be stored behind them. */
function requireRoom(file: Deno.FsFile, path: string, whole: number): void {
  try {
    file.truncateSync(whole);
    writeAllSync(file, new TextEncoder().encode("\n"), path);
    file.truncateSync(whole);
  } catch (error) {
    throw writeFailure(path, 1, error);
  }
}

function parse(line: string, path: string, number: number): KeptDecision {
  try {
    return v.parse(decidedSchema, parseJson(line));
  } catch (error) {
    throw noDecision(path, number, describeFault(error));
  }
}

function noDecision(path: string, line: number, found: string): IntegrityError {
  return new IntegrityError(
    `reading the decisions ${path}: line ${line}: ${found}; expected a line that serve wrote; ` +
      "name another file",
  );
}

function unreadable(path: string, found: string): UsageError {
  return new UsageError(`reading the decisions ${path}: ${found}; name another file`);
}
