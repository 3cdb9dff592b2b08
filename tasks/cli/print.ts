/**
 * What commands write: results on standard output, all else on standard error. File names, titles and
 * ids may hold what a terminal would obey; here it is taken out.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- nothing else in tasks/ writes to the console
import { stripControls } from "../../pipeline/errors.ts";

/** Writes a result. */
export function print(text: string): void {
  console.log(stripControls(text));
}

/** Writes a line for whoever waits. */
export function say(line: string): void {
  console.error(stripControls(line));
}
