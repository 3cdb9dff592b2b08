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

/** Whether `--quiet` was given. */
let quiet = false;

/** From now on nothing is written for whoever waits, and no bar is drawn. */
export function beQuiet(): void {
  quiet = true;
}

/** Whether a bar can be drawn: stderr is a terminal, and nobody asked for quiet. */
export function drawsBars(): boolean {
  return Deno.stderr.isTerminal() && !quiet;
}

/** Writes a line for whoever waits; where nobody does, because the terminal is closed, it is lost. */
export function say(line: string): void {
  if (!quiet) insist(line);
}

/** {@linkcode say} of what matters to whoever asked for quiet, too: an error, a warning, how to go on. */
export function insist(line: string): void {
  try {
    console.error(stripControls(line));
  } catch {
    // there is no one to tell
  }
}
