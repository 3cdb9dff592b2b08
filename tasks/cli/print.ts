/**
 * What commands write: results on standard output, all else on standard error. File names, titles and
 * ids may hold what a terminal would obey; here it is taken out.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- nothing else in tasks/ writes to the console
import { stripControls } from "../../pipeline/errors.ts";
import { writeFailure } from "../../pipeline/files/write.ts";

/** Writes a result. Throws {@linkcode ResourceError} where it cannot be stored. */
export function print(text: string): void {
  const result = stripControls(text);
  try {
    console.log(result);
  } catch (error) {
    throw writeFailure("standard output", result.length, error);
  }
}

/** Writes a line for whoever waits; where nobody does, because the terminal is closed, it is lost. */
export function say(line: string): void {
  try {
    console.error(stripControls(line));
  } catch {
    // there is no one to tell
  }
}
