/**
 * `codes.json` and `rules.json` of a part: what all parts of an input have in common, as JSON.
 *
 * @module
 */
import { basename } from "node:path";
import * as v from "valibot";
import { codeKey } from "../../codes/code.ts";
import { withoutPoint } from "../../codes/icd9.ts";
import { natural, positive } from "../../files/field_schemas.ts";
import type { IdLists } from "../../lists/id_lists.ts";
import { SHIPPED_SPLITS } from "../../lists/shipped.ts";
import { sourceSchema } from "../../manifest.ts";
import { CODE_KINDS, perSplit } from "../../schema.ts";
import type { CodedInput } from "../input.ts";
import type { Rules } from "../rules.ts";

/** The codes of an input and what is known of them, but for whose they are. */
export type PartCodes =
  & Pick<CodedInput["source"], "codes" | "titled">
  & Pick<CodedInput, "grouping">;

const codesSchema = v.strictObject({
  titled: v.boolean(),
  codes: v.array(v.strictObject({
    kind: v.picklist(CODE_KINDS),
    code: v.string(),
    title: v.string(),
    category: v.nullable(v.strictObject({ number: v.string(), title: v.string() })),
  })),
});

/** The text of `codes.json`. */
export function formatPartCodes({ codes, titled, grouping }: PartCodes): string {
  const known = codes.map(({ kind, code, title }) => {
    const category = grouping(kind, withoutPoint(code)) ?? null;
    return { kind, code, title, category };
  });
  return `${JSON.stringify({ titled, codes: known }, null, 1)}\n`;
}

/** What {@linkcode formatPartCodes} wrote. Throws what a parser throws. */
export function parsePartCodes(text: string): PartCodes {
  const { titled, codes } = v.parse(codesSchema, JSON.parse(text));
  const keyOf = (kind: typeof codes[number]["kind"], code: string) => codeKey({ kind, code });
  const categories = new Map(
    codes.map(({ kind, code, category }) => [keyOf(kind, withoutPoint(code)), category]),
  );
  return {
    titled,
    codes: codes.map(({ kind, code, title }) => ({ kind, code, title })),
    grouping: (kind, code) => categories.get(keyOf(kind, code)) ?? undefined,
  };
}

const ids = v.pipe(v.array(v.string()), v.transform((ids) => new Set(ids)));
const lists = v.strictObject(perSplit(() => ids));

const rulesSchema = v.strictObject({
  split: v.variant("method", [
    v.strictObject({
      method: v.literal("patient"),
      shares: v.strictObject(perSplit(() => natural)),
      seed: natural,
    }),
    v.strictObject({
      method: v.picklist(["published", ...SHIPPED_SPLITS]),
      full: lists,
      top: v.nullable(lists),
    }),
  ]),
  listed: v.nullable(
    v.strictObject({ codes: v.array(v.string()), path: v.nullable(v.string()) }),
  ),
  top: positive,
  files: v.array(sourceSchema),
});

/** The text of `rules.json`: of a user's list of codes it has the name alone. */
export function formatPartRules({ split, listed, top, files }: Rules): string {
  const named = listed && { codes: listed.codes, path: listed.path ? basename(listed.path) : null };
  const rules = { split: withArrays(split), listed: named ?? null, top, files };
  return `${JSON.stringify(rules, null, 1)}\n`;
}

function withArrays(split: Rules["split"]): object {
  if (!("full" in split)) return split;
  const arrays = (lists: IdLists) => perSplit((split) => [...lists[split]]);
  return { ...split, full: arrays(split.full), top: split.top ? arrays(split.top) : null };
}

/** What {@linkcode formatPartRules} wrote. Throws what a parser throws. */
export function parsePartRules(text: string): Rules {
  const { split, listed, ...rules } = v.parse(rulesSchema, JSON.parse(text));
  return {
    ...rules,
    split: "full" in split ? { ...split, top: split.top ?? undefined } : split,
    listed: listed ? { codes: listed.codes, path: listed.path ?? undefined } : undefined,
  };
}
