/**
 * From all parts of an input to the dataset directories that one machine would have written.
 *
 * @module
 */
import { reserveDatasets } from "../../dataset/hold.ts";
import { privateModes } from "../../files/restricted.ts";
import { Staging } from "../../files/staging.ts";
import { interruptible, type Progress, silent } from "../../progress.ts";
import { type PrepareOptions, requireCounts, requireShares } from "../options.ts";
import type { Prepared } from "../prepare.ts";
import { findForeignToDatasets } from "../replaceable.ts";
import { writeDatasets } from "../write_datasets.ts";
import { joinParts } from "./join_parts.ts";
import { digestOf, openPart, readCommon } from "./open_part.ts";
import { orderParts } from "./order_parts.ts";
import { parsePartRules } from "./part_rules.ts";

/** Which parts are joined, and how. */
export interface MergeOptions
  extends Pick<PrepareOptions, "out" | "replace" | "threads" | "maxUncovered" | "allowLoss"> {
  /** Folders of all parts, in any order. */
  readonly parts: readonly string[];
}

/**
 * Joins the parts of an input in a new directory, which appears whole or not at all. Its bytes are those
 * that `prepareDataset` would have written; word vectors are with one thread. What the parts were made
 * with counts, but for what is given here.
 *
 * @throws {UsageError} where a part is missing or given twice, or the directory exists.
 * @throws {IntegrityError} where parts are damaged, or of different inputs, options or versions.
 * @throws {ReportedError} as `prepareDataset` does of what is found only when all notes are there.
 * @throws {unknown} the reason of `interrupt`, soon after it is aborted: then nothing is left behind.
 */
export async function mergeParts(
  { parts: paths, out, replace = false, ...given }: MergeOptions,
  listener: Progress = silent,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<Prepared> {
  const progress = interruptible(listener, interrupt);
  const opened = [];
  for (const path of paths) opened.push(await openPart(path));
  const parts = orderParts(opened);
  const [{ record }] = parts;
  const { restricted, options } = record;
  const {
    threads = navigator.hardwareConcurrency,
    maxUncovered = record.maxUncovered,
    allowLoss = record.allowLoss,
  } = given;
  requireCounts({ threads });
  requireShares({ maxUncovered });
  using _modes = privateModes(restricted);
  await using place = await Staging.open(out, {
    replace,
    findForeign: findForeignToDatasets,
    reserve: reserveDatasets,
    progress,
  });
  using open = new DisposableStack();
  const bytes = parts.reduce((sum, part) => sum + digestOf(part, "tokens").bytes, 0);
  const meter = progress.stage("parts", bytes, "bytes");
  const content = {
    settings: { options, threads, maxUncovered, allowLoss },
    restricted,
    rules: await readCommon(parts, "rules", parsePartRules),
    input: await joinParts(parts, open, meter),
  };
  const datasets = await writeDatasets(place, content, { progress, interrupt });
  return { directory: out, datasets };
}
