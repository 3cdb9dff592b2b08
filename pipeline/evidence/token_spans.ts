/**
 * Stretches of a note as runs of its tokens.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import { firstPlace } from "../order.ts";
import { countCodePoints } from "../text/code_points.ts";
import type { Token, TokenSpan } from "../text/tokens.ts";
import type { Annotation } from "./annotation.ts";

/**
 * The tokens that an annotation's stretches touch, a run for each stretch; stretches without a token,
 * such as numbers, have none.
 *
 * @param note as it was given.
 * @param tokens the note's, from `locateTokens`.
 * @throws {DataError} where a stretch ends beyond the note.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { locateTokens } from "../text/tokens.ts";
 *
 * const note = "Chest pain, no fever.";
 * const stretches = [{ start: 0, end: 10 }, { start: 15, end: 17 }];
 * const passage = { document: "1", code: "R07.9", stretches, where: "line 1" };
 * const spans = spansOf(passage, note, locateTokens(note));
 * assert.deepEqual(spans, [{ first: 0, end: 2 }, { first: 3, end: 4 }]);
 * ```
 */
export function spansOf(
  { stretches, where }: Annotation,
  note: string,
  tokens: readonly Pick<Token, "start" | "end">[],
): TokenSpan[] {
  const { count, toUnits } = countCodePoints(note);
  return stretches.flatMap(({ start, end }) => {
    if (end > count) {
      throw new DataError(
        `reading ${where}: it ends at character ${end} of a note of ${count}; expected annotations of ` +
          "these very notes; name the notes that were annotated with --notes",
      );
    }
    const from = toUnits(start);
    const to = toUnits(end);
    const first = firstPlace(tokens.length, (at) => tokens[at]!.end > from);
    const behind = firstPlace(tokens.length, (at) => tokens[at]!.start >= to);
    return start < end && first < behind ? [{ first, end: behind }] : [];
  });
}
