/**
 * The errors a user can meet, one class per exit code (2 usage, 3 data, 4 integrity, 5 resource,
 * 6 locked, 7 numeric). A message is one line: what was being done, the value, what was expected, what
 * to do. It never quotes the text of a note: values of the input stand in it as {@linkcode shown}.
 *
 * @module
 */

/** Characters of the longest value that is shown; a UUID has 36. */
const LONGEST = 40;

/** What may stand in an id, a code or a column's name: no blank, and no more letters than in a word. */
const NAME = /^(?!.*\p{L}{25})[\p{L}\p{M}\p{N}_.:/+#$*()-]+$/u;

/**
 * A value of the input as a message may quote it: itself where it looks like an id, a code or a
 * column's name, otherwise how long it is, because it may be the text of a note.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(shown("E879.8"), "E879.8");
 * assert.equal(shown("chest pain since Monday"), "a text of 23 characters");
 * ```
 */
export function shown(value: string): string {
  if (value.length <= LONGEST && NAME.test(value)) return value;
  const { length } = [...value];
  return length === 0 ? "an empty text" : `a text of ${length} character${length > 1 ? "s" : ""}`;
}

/**
 * {@linkcode shown} in quotes: what a command line or a configuration says, blank or empty as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(quoted("model.hiden"), '"model.hiden"');
 * assert.equal(quoted("chest pain since Monday"), "a text of 23 characters");
 * ```
 */
export function quoted(value: string): string {
  const word = value.replaceAll(/[,=]/g, ".");
  const isPlain = value.trim() === "" || shown(word) === word;
  return isPlain ? JSON.stringify(value.slice(0, LONGEST)) : shown(value);
}

/** Controls (but tab and line feed), marks of a text's direction, and other characters without a shape. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Removes what a terminal or a page would obey or hide, which file names, ids and titles may carry:
 * control characters but tab and line feed, marks that turn the direction of text, invisible ones.
 */
export function stripControls(text: string): string {
  return text.replace(INVISIBLE, "");
}

/** The first line of what a thrown error says, or of what else was thrown. */
export function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split("\n")[0]!;
}

/** Base of every error that is reported to the user as one line and an exit code. */
export abstract class ReportedError extends Error {
  /** Exit code of the process when this error ends it. */
  abstract readonly exitCode: number;

  /** `message` is one line: action, value, expectation, remedy. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The command line or a configuration is wrong. Exit code 2. */
export class UsageError extends ReportedError {
  override readonly exitCode = 2;
}

/** Input data is missing or malformed. Exit code 3. */
export class DataError extends ReportedError {
  override readonly exitCode = 3;
}

/** Something this program wrote is damaged, or does not belong together. Exit code 4. */
export class IntegrityError extends ReportedError {
  override readonly exitCode = 4;
}

/** The machine lacks something: disk, memory, a compiler, a network. Exit code 5. */
export class ResourceError extends ReportedError {
  override readonly exitCode = 5;
}

/** Another process holds what is needed. Exit code 6. */
export class LockedError extends ReportedError {
  override readonly exitCode = 6;
}

/** A loss or gradient is not finite. Exit code 7. */
export class NumericError extends ReportedError {
  override readonly exitCode = 7;
}

/** The same error with more behind its message. */
export function extended(error: ReportedError, addition: string): ReportedError {
  const Same = error.constructor as new (message: string, options: ErrorOptions) => ReportedError;
  return new Same(`${error.message}; ${addition}`, { cause: error });
}
