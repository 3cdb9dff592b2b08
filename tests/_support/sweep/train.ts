/** Training to be swept: a small MARN, a checkpoint after every step. */
import { join } from "node:path";
import { assign } from "../../../model/config/assign.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import {
  checkCheckpoint,
  type CheckpointName,
  checkpointPath,
  CHECKPOINTS,
} from "../../../model/run/checkpoint.ts";
import { loggedSeconds, logPath } from "../../../model/run/log.ts";
import { isRun, readRecord } from "../../../model/run/record.ts";
import { trainRun } from "../../../model/run/train_run.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { exists } from "../../../pipeline/files/read.ts";
import { digests } from "../prepare.ts";
import { writeTinyDataset } from "../tiny_dataset.ts";
import { small } from "../workshop.ts";
import { copyFolder } from "../copy_folder.ts";
import type { Watch } from "./shim.ts";
import type { Subject } from "./sweep.ts";

/** Files of a run that are the same whenever it is trained whole. */
const FILES = ["best.safetensors", "last.safetensors", "config.json", "vocabulary.txt"];

/** Training anew, or going on with a run of one epoch that was killed while it wrote. */
export async function trainSubject(watch: Watch, of: "new" | "resumed"): Promise<Subject> {
  const engine = await startEngine();
  const data = join(watch.outside, "data");
  await writeTinyDataset(data);
  const dataset = await openDataset(data);
  const run = join(watch.folder, "run");
  const train = async (epochs: number, resume: "last" | undefined) => {
    const config = assign(small, { epochs });
    await trainRun({ dataset, directory: run, config, engine, resume, checkpointSeconds: 0 });
  };
  const begun = join(watch.outside, "run");
  if (of === "resumed") {
    await train(1, undefined);
    copyFolder(run, begun);
    for (const name of ["last.safetensors", "log.jsonl"]) {
      await Deno.writeTextFile(join(begun, `.${name}.999999998.tmp`), "half");
    }
  }
  return {
    prepare: () => {
      if (of === "resumed") copyFolder(begun, run);
      return Promise.resolve();
    },
    work: (isAgain) => train(2, isAgain || of === "resumed" ? "last" : undefined),
    result: () => resultOf(run),
    inspect: () => inspect(run, of),
    leftovers: async () => {
      const names = Object.keys(await digests(watch.folder));
      return names.filter((name) => name.endsWith(".tmp"));
    },
  };
}

/** Digests of these, and of the log but for its times and what follows from them. */
export async function resultOf(run: string): Promise<Record<string, string>> {
  const found = await digests(run);
  const log = (await Deno.readTextFile(logPath(run))).trimEnd().split("\n")
    .map((line) => JSON.stringify({ ...JSON.parse(line), seconds: 0, before: "" }));
  await loggedSeconds(run, { step: Infinity, epoch: Infinity }); // the log is as it was written
  const own = FILES.map((name) => [name, found[name] ?? "missing"]);
  return { ...Object.fromEntries(own), "log.jsonl": sha256(log.join("\n")) };
}

/** Every file that has its name is whole; a run that has begun keeps what makes it one. */
async function inspect(run: string, of: "new" | "resumed"): Promise<string | undefined> {
  try {
    const found: CheckpointName[] = [];
    for (const name of CHECKPOINTS) {
      if (!await exists(checkpointPath(run, name))) continue;
      await checkCheckpoint(checkpointPath(run, name));
      found.push(name);
    }
    if (await isRun(run)) await readRecord(run);
    else if (found.length > 0 || of === "resumed") return "config.json is gone";
    const lasting: CheckpointName[] = of === "resumed" ? [...CHECKPOINTS] : [];
    const lost = lasting.filter((name) => !found.includes(name));
    return lost.length > 0 ? `${lost.join(", ")} gone` : undefined;
  } catch (error) {
    return `what stands: ${(error as Error).message}`;
  }
}
