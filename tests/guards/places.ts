/**
 * The guards of the tree, each with a name that stays when lines move.
 *
 * @module
 */
import { sha256 } from "../../pipeline/files/checksum.ts";
import { findGuards, type Guard } from "./find_guards.ts";
import type { Sources } from "../_support/rooms.ts";

/** A guard of the tree. */
export interface Place extends Guard {
  readonly file: string;
  /** Its file, and a digest of its text; the how-manieth of this text it is, where there are several. */
  readonly name: string;
}

/** All guards of pipeline/ and model/, in the order of their files. */
export function listPlaces(sources: Sources): Place[] {
  const counts = new Map<string, number>();
  return [...sources].filter(([file]) => /^(?:pipeline|model)\//.test(file))
    .flatMap(([file, text]) => findGuards(text).map((guard) => ({ ...guard, file })))
    .map((guard) => {
      const text = `${guard.file} ${sha256(guard.text.replace(/\s+/g, " ")).slice(0, 8)}`;
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      return { ...guard, name: count === 1 ? text : `${text} ${count}` };
    });
}
