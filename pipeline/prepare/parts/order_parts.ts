/**
 * Holds parts against each other: they must be all the parts of one input, each once, and made alike.
 *
 * @module
 */
import { IntegrityError, UsageError } from "../../errors.ts";
import { digestOf, type OpenedPart } from "./open_part.ts";

/** What all parts of an input have in common, in words. */
const COMMON: { readonly [what: string]: (part: OpenedPart) => unknown } = {
  "versions of Deno": ({ record }) => record.deno,
  "versions of this program": ({ record }) => record.program,
  "tables": ({ record: { sources, categoryFiles } }) => [sources, categoryFiles],
  "options": ({ record: { options, maxUncovered, allowLoss, restricted, synthetic } }) => [
    options,
    maxUncovered,
    allowLoss,
    restricted,
    synthetic,
  ],
  "codes": (part) => [digestOf(part, "codes").sha256, part.record.stages[1]],
  "rules of splits and labels": (part) => digestOf(part, "rules").sha256,
};

/** All parts of an input, in their order. */
export type AllParts = readonly [OpenedPart, ...OpenedPart[]];

/**
 * Puts parts into their order.
 *
 * @throws {UsageError} where one is missing or given twice.
 * @throws {IntegrityError} where they are of different inputs, options or versions.
 */
export function orderParts(parts: readonly OpenedPart[]): AllParts {
  checkAlike(parts, "numbers of parts", ({ record }) => record.part.of);
  const ordered = parts.toSorted((a, b) => a.record.part.number - b.record.part.number);
  checkComplete(ordered);
  for (const [what, of] of Object.entries(COMMON)) checkAlike(ordered, what, of);
  return ordered as unknown as AllParts;
}

function checkComplete(ordered: readonly OpenedPart[]): void {
  const of = ordered[0]?.record.part.of ?? 1;
  const found = new Set(ordered.map(({ record }) => record.part.number));
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((at) => !found.has(at));
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", …" : "");
    throw new UsageError(
      `joining parts: ${missing.length > 1 ? "parts" : "part"} ${some} of ${of} missing; ` +
        "expected every part once; make it with deno task prepare --part, and name it",
    );
  }
  ordered.forEach((part, at) => {
    const { record: { part: { number } }, directory } = part;
    const before = ordered[at - 1];
    if (before?.record.part.number !== number) return;
    throw new UsageError(
      `joining parts: ${before.directory} and ${directory} are both part ${number} of ${of}; ` +
        "expected every part once; leave one out",
    );
  });
}

function checkAlike(
  [one, ...others]: readonly OpenedPart[],
  what: string,
  of: (part: OpenedPart) => unknown,
): void {
  for (const other of others) {
    if (JSON.stringify(of(one!)) === JSON.stringify(of(other))) continue;
    throw new IntegrityError(
      `joining parts: ${one!.directory} and ${other.directory} differ in their ${what}; expected ` +
        "parts of one input, made alike; make one of them again with deno task prepare --part",
    );
  }
}
