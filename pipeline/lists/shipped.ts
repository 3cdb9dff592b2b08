/**
 * The published lists and codes that ship with the program; NOTICE.md beside says whose they are.
 *
 * @module
 */
import { gunzipSync } from "fflate";
import type { PublishedLists } from "./id_lists.ts";
import { unpackLists } from "./packed.ts";
import codes from "./top_50_codes.json" with { type: "json" };

/** The splits whose lists ship: the one of CAML and the paper, and "MIMIC-III clean" of Edin et al. */
export const SHIPPED_SPLITS = ["caml", "edin-clean"] as const;

/** A split whose lists ship. */
export type ShippedSplit = typeof SHIPPED_SPLITS[number];

/** The 50 codes of CAML's smaller label set, which the paper's Tables 1, 3 and 5 are about. */
export const PUBLISHED_CODES: readonly string[] = codes;

/** Documents that a code must be in to be a label of `edin-clean` (Edin et al. 2023). */
export const CLEAN_DOCUMENTS = 10;

/** The lists of a split that ships, and the file that holds them. */
export interface ShippedLists extends PublishedLists {
  readonly file: { readonly name: string; readonly bytes: Uint8Array };
}

/** Reads the lists of a split that ships. */
export async function readShippedLists(split: ShippedSplit): Promise<ShippedLists> {
  const name = `${split}.txt.gz`;
  const bytes = await Deno.readFile(new URL(name, import.meta.url));
  const lists = unpackLists(new TextDecoder().decode(gunzipSync(bytes)));
  return { ...lists, file: { name, bytes } };
}

/** Whether some codes are the published 50, in any order. */
export function arePublishedCodes(codes: readonly string[]): boolean {
  return codes.length === PUBLISHED_CODES.length &&
    new Set(codes).isSubsetOf(new Set(PUBLISHED_CODES));
}
