/** Inputs prepared in parts, and by one machine. */
import { join } from "node:path";
import { mergeParts } from "../../pipeline/prepare/parts/merge_parts.ts";
import { preparePart } from "../../pipeline/prepare/parts/prepare_part.ts";
import type { PrepareOptions } from "../../pipeline/prepare/options.ts";
import { prepareDataset } from "../../pipeline/prepare/prepare.ts";
import { digests } from "./prepare.ts";

/** Prepares so many parts into new folders; returns these. */
export async function makeParts(options: PrepareOptions, count: number): Promise<string[]> {
  const folder = await Deno.makeTempDir({ dir: join(options.out, "..") });
  const parts: string[] = [];
  for (let number = 1; number <= count; number++) {
    const out = join(folder, `${number}`);
    parts.push((await preparePart({ ...options, out, part: { number, of: count } })).directory);
  }
  return parts;
}

/** Digests of what is made of an input as a whole. */
export async function digestsOfWhole(options: PrepareOptions): Promise<Record<string, string>> {
  const out = join(await Deno.makeTempDir({ dir: join(options.out, "..") }), "data");
  await prepareDataset({ ...options, out });
  return await digests(out);
}

/** Digests of what so many parts are joined into. */
export async function digestsOfParts(
  options: PrepareOptions,
  count: number,
): Promise<Record<string, string>> {
  const parts = await makeParts(options, count);
  const out = join(await Deno.makeTempDir({ dir: join(options.out, "..") }), "data");
  await mergeParts({ parts: parts.toReversed(), out, threads: 1 });
  return await digests(out);
}
