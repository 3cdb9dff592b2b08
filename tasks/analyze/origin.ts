/**
 * Which data a figure shows, in words.
 *
 * @module
 */
import { basename, dirname, resolve } from "node:path";
import type { Dataset } from "../../pipeline/dataset/open.ts";

/** A dataset, as its manifest or a run that was made on it tells. */
export interface Origin {
  readonly directory: string;
  /** The notes are made up. */
  readonly synthetic: boolean;
  /** Made from MIMIC-III. */
  readonly restricted: boolean;
}

/** The origin of an opened dataset. */
export function originOf({ directory, manifest: { synthetic, restricted } }: Dataset): Origin {
  return { directory, synthetic, restricted };
}

/** `data/top50`: a dataset by the last two folders of its path. */
export function datasetName({ directory }: Origin): string {
  const path = resolve(directory);
  return `${basename(dirname(path))}/${basename(path)}`;
}

/** What kind of notes the datasets hold, and whether anything was measured on MIMIC-III. */
export function describeOrigins(origins: readonly Origin[]): string {
  const parts = [...Map.groupBy(origins, kindOf)].map(([kind, some]) => {
    return `${kind} (${[...new Set(some.map(datasetName))].join(", ")})`;
  });
  const elsewhere = origins.every((origin) => kindOf(origin) !== "MIMIC-III");
  return `Data: ${parts.join("; ")}.${elsewhere ? " Nothing here was measured on MIMIC-III." : ""}`;
}

function kindOf({ synthetic, restricted }: Origin): string {
  if (synthetic) return "synthetic notes";
  return restricted ? "MIMIC-III" : "a corpus other than MIMIC-III";
}
