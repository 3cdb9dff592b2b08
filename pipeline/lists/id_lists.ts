/**
 * Lists of documents by split, and how a file of ids is read.
 *
 * @module
 */
import { DataError, IntegrityError } from "../errors.ts";
import type { PerSplit } from "../schema.ts";

/** Ids of the documents of each split. */
export type IdLists = PerSplit<ReadonlySet<string>>;

/** The lists that a published split consists of. */
export interface PublishedLists {
  /** Documents of the full label set. */
  readonly full: IdLists;
  /** Documents of the label set of 50; undefined where the split has no lists for it. */
  readonly top: IdLists | undefined;
}

/**
 * Parses a list of HADM_IDs: one a line, no header, empty lines passed over.
 *
 * @param where path for messages.
 * @throws {DataError} naming the line that is no id.
 * @throws {IntegrityError} where an id stands there twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...parseIds("100001\n100003\n", "train.csv")], ["100001", "100003"]);
 * ```
 */
export function parseIds(text: string, where: string): Set<string> {
  const lines = new Map<string, number>();
  text.replace(/^\ufeff/, "").split(/\r\n?|\n/).forEach((line, at) => {
    const id = line.trim();
    if (id === "") return;
    if (!/^[0-9]+$/.test(id)) {
      throw new DataError(
        `reading ${where}: line ${at + 1} is no HADM_ID; expected a number a line and no header; ` +
          "correct the list",
      );
    }
    const first = lines.get(id);
    if (first !== undefined) {
      throw new IntegrityError(
        `reading ${where}: lines ${first} and ${at + 1} both name HADM_ID ${id}; expected each ` +
          "id once; fetch the list again",
      );
    }
    lines.set(id, at + 1);
  });
  return new Set(lines.keys());
}
