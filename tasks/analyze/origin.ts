/**
 * Which data a figure shows, in words.
 *
 * @module
 */
import { basename, dirname, resolve } from "node:path";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import type { ManifestOptions } from "../../pipeline/manifest.ts";
import { restrictedNote } from "../report/restricted.ts";

/** A dataset, as its manifest or a run that was made on it tells. */
export interface Origin {
  readonly directory: string;
  /** The notes are made up. */
  readonly synthetic: boolean;
  /** Whose tables they are. */
  readonly source: ManifestOptions["source"];
  readonly restricted: boolean;
}

/** The origin of an opened dataset. */
export function originOf({ directory, manifest }: Dataset): Origin {
  const { synthetic, restricted, options: { source } } = manifest;
  return { directory, synthetic, source, restricted };
}

/** `data/top50`: a dataset by the last two folders of its path. */
export function datasetName({ directory }: Origin): string {
  const path = resolve(directory);
  return `${basename(dirname(path))}/${basename(path)}`;
}

/**
 * What kind of notes the datasets hold, whether anything was measured on MIMIC-III, and what is
 * restricted.
 */
export function describeOrigins(origins: readonly Origin[]): string {
  const parts = [...Map.groupBy(origins, kindOf)].map(([kind, some]) => {
    return `${kind} (${[...new Set(some.map(datasetName))].join(", ")})`;
  });
  const elsewhere = origins.every((origin) => kindOf(origin) !== "MIMIC-III");
  const restricted = origins.filter((origin) => origin.restricted).map(restrictedNote);
  return [
    `Data: ${parts.join("; ")}.`,
    ...elsewhere ? ["Nothing here was measured on MIMIC-III."] : [],
    ...new Set(restricted),
  ].join(" ");
}

function kindOf({ synthetic, source }: Origin): string {
  if (synthetic) return "synthetic notes";
  return source === "mimic3" ? "MIMIC-III" : "a corpus other than MIMIC-III";
}
