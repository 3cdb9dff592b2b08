/** `evaluate` to be swept: a run that was evaluated before, with another threshold. */
import { join } from "node:path";
import { startEngine } from "../../../model/engine/engine.ts";
import { openRun } from "../../../model/run/run.ts";
import { trainRun } from "../../../model/run/train_run.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { silent } from "../../../pipeline/progress.ts";
import { reportRun } from "../../../tasks/report/report_run.ts";
import { copyFolder } from "../copy_folder.ts";
import { digests } from "../prepare.ts";
import { writeTinyDataset } from "../tiny_dataset.ts";
import { small } from "../workshop.ts";
import type { Watch } from "./shim.ts";
import type { Subject } from "./sweep.ts";

export async function evaluateSubject(watch: Watch): Promise<Subject> {
  const engine = await startEngine();
  const data = join(watch.outside, "data");
  await writeTinyDataset(data);
  const dataset = await openDataset(data);
  const run = join(watch.folder, "run");
  const evaluate = async (threshold: number) => {
    await reportRun({
      run: await openRun(run),
      dataset,
      engine: engine.description,
      splits: ["dev", "test"],
      baselines: [],
      resamples: 0,
      threshold,
      scores: true,
      progress: silent,
    });
  };
  const kept = join(watch.outside, "run");
  await trainRun({ dataset, directory: run, config: small, engine });
  await evaluate(0.5);
  const after = await digests(run);
  await evaluate(0.1);
  const before = await digests(run);
  copyFolder(run, kept);
  return {
    prepare: () => {
      copyFolder(kept, run);
      return Promise.resolve();
    },
    work: () => evaluate(0.5),
    result: () => digests(run),
    inspect: async () => {
      const found = await digests(run);
      const lost = Object.keys(before)
        .filter((name) => !name.endsWith(".lock"))
        .filter((name) => found[name] !== before[name] && found[name] !== after[name]);
      return lost.length > 0 ? `neither old nor new: ${lost.join(", ")}` : undefined;
    },
    leftovers: () => Promise.resolve([]), // the result names every file
  };
}
