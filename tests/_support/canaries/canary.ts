/** A recognisable text, and what became of it. */

/** A word that stands nowhere else, within what no id, code or name of a column is. */
export const CANARY = "zyxcanary";

/** A sentence about a patient that holds it. */
export const TEXT =
  `The ${CANARY} patient said so. He coughs since Monday, more at night, and has a fever`;

/** What a terminal would obey. */
export const HOSTILE = "\u001b[31m\u202e\u0007";

// deno-lint-ignore no-control-regex
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u202e]/;

/** What became of a text that was put somewhere. */
export interface Canary {
  readonly where: string;
  /** The command's; -1 where it was still at it when its time was over. */
  readonly exitCode: number;
  /** Where the text, or a character that a terminal obeys, was found; the error's message behind it. */
  readonly found: readonly string[];
}

/** All that was put somewhere, as `walk.ts` prints it. */
export interface Canaries {
  readonly canaries: readonly Canary[];
}

/** What stands in a column: titles are words by nature; this one is long, and of several lines. */
export function textFor(column: string): string {
  return /title/i.test(column) ? `${TEXT}\n${TEXT}\n`.repeat(4) : TEXT;
}

/** Whether what was said holds the text, or a character that a terminal obeys. */
export function isHeard(said: string): boolean {
  return said.includes(CANARY) || OBEYED.test(said);
}
