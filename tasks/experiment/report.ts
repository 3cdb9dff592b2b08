/**
 * The table of an experiment in its folder: for people, and for programs.
 *
 * @module
 */
import { join } from "node:path";
import { openFolder } from "../../pipeline/files/restricted.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import type { PlannedExperiment } from "./planned.ts";

/** The experiment's table, for people and for programs. */
export interface ExperimentReport {
  readonly markdown: string;
  readonly json: string;
}

/** Writes both as `NAME.md` and `NAME.json`, and returns them. Throws `ResourceError`. */
export async function writeReport(
  { out, dataset }: Pick<PlannedExperiment, "out" | "dataset">,
  name: string,
  report: ExperimentReport,
): Promise<ExperimentReport> {
  using _modes = await openFolder(out, dataset.manifest.restricted);
  await writeAtomic(join(out, `${name}.json`), report.json);
  await writeAtomic(join(out, `${name}.md`), report.markdown);
  return report;
}
