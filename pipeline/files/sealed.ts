/**
 * JSON files that vouch for themselves: their last key is the SHA-256 of their text with zeros in the
 * digest's place, so that an edit is found.
 *
 * @module
 */
import { sha256 } from "./checksum.ts";

const KEY = '"sha256":';

/** What stands in the digest's place while it is computed. */
const NO_DIGEST = "0".repeat(64);

/**
 * The text of a record, sealed.
 *
 * @param indent blanks of a level; 0 puts all of it on one line.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const text = formatSealed({ seed: 1 });
 * assert.ok(isSealed(text));
 * assert.ok(!isSealed(text.replace("1", "2")));
 * ```
 */
export function formatSealed(record: object, indent = 2): string {
  const entries = Object.entries(record).filter(([key]) => key !== "sha256");
  const sealed = Object.fromEntries([...entries, ["sha256", NO_DIGEST]]);
  const blank = `${JSON.stringify(sealed, null, indent)}\n`;
  return withDigest(blank, sha256(blank));
}

/** Whether a text is as {@linkcode formatSealed} wrote it. */
export function isSealed(text: string): boolean {
  return text.includes(KEY) &&
    withDigest(text, sha256(withDigest(text, NO_DIGEST))) === text;
}

function withDigest(text: string, digest: string): string {
  const at = text.indexOf('"', text.lastIndexOf(KEY) + KEY.length) + 1;
  return text.slice(0, at) + digest + text.slice(at + digest.length);
}
