/**
 * What became of the ids on published lists, as stages of the manifest: one a list.
 *
 * @module
 */
import type { IdLists } from "../lists/id_lists.ts";
import type { Manifest, Stage } from "../manifest.ts";
import { type PerSplit, perSplit, type Split, SPLITS } from "../schema.ts";
import { StageCounter } from "../stage_counter.ts";

/**
 * Counts, for each list, the ids in it, those that are documents of the label set, and why the others
 * are none.
 *
 * @param lists undefined where no lists decided: no stages then.
 * @param kept ids of the label set's documents.
 * @param reasonOf why an id is none of them.
 */
export function countLists(
  labelSet: string,
  lists: IdLists | undefined,
  kept: ReadonlySet<string>,
  reasonOf: (id: string) => string,
): Stage[] {
  if (!lists) return [];
  return SPLITS.map((split) => {
    const missing = lists[split].difference(kept);
    const counter = new StageCounter();
    for (const id of missing) counter.exclude(reasonOf(id));
    const { size } = lists[split];
    return counter.stage(stageName(labelSet, split), size, size - missing.size);
  });
}

/** The stages of a dataset's lists; undefined where no lists decided. */
export function listStages(
  { labelSet, stages }: Pick<Manifest, "labelSet" | "stages">,
): PerSplit<Stage> | undefined {
  const found = SPLITS.map((split) =>
    stages.find(({ stage }) => stage === stageName(labelSet, split))
  );
  return found.every((stage) => stage !== undefined) ? perSplit((_, i) => found[i]!) : undefined;
}

function stageName(labelSet: string, split: Split): string {
  return `${split} list of ${labelSet}`;
}
