/**
 * What is wrong with a file of JSON, in words that show no text of it: valibot's own messages quote what
 * they found.
 *
 * @module
 */
import * as v from "valibot";
import { firstLine, quoted, shown } from "../errors.ts";

/** What a check of a schema found first: `seed: expected number, found "one"`, `seeed: there is no such key`. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => shown(String(key))).join(".");
  const { input, expected, received, message } = issue;
  if (expected === null) return `${path}: ${message}`; // a check of ours, in our words
  if (issue.type === "strict_object") {
    if (expected === "never") return `${path}: there is no such key`;
    if (received === "undefined") return `${path}: it is missing`;
  }
  const found = typeof input === "string" ? quoted(input) : received;
  return `${path || "the whole"}: expected ${expected}, found ${found}`;
}

/** What an error says of a text that was parsed and held against a schema, on one line. */
export function describeFault(error: unknown): string {
  if (error instanceof v.ValiError) return describeIssue(error.issues[0]);
  return firstLine(error);
}
