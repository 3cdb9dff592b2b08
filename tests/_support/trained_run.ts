/** A small run, trained on a tiny dataset, and commands that use it. */
import { assign } from "../../model/config/assign.ts";
import { startEngine } from "../../model/engine/engine.ts";
import { type ConfigRequest, resolveConfig } from "../../model/config/presets.ts";
import { trainRun } from "../../model/run/train_run.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { type Ended, runTask } from "./run_task.ts";
import { type TinyOptions, writeTinyDataset } from "./tiny_dataset.ts";

/** A directory with a dataset and a run of MARN on it; removed when disposed. */
export class TrainedRun implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync();
  readonly data = `${this.directory}/data`;
  readonly run = `${this.directory}/run`;

  /** @param request another system, or another way to train it. */
  static async create(
    options: TinyOptions = {},
    { set = ["model.hidden=4"], ...request }: ConfigRequest = {},
  ): Promise<TrainedRun> {
    const trained = new TrainedRun();
    await writeTinyDataset(trained.data, options);
    await trainRun({
      dataset: await openDataset(trained.data),
      directory: trained.run,
      config: assign(resolveConfig({ ...request, set }), {
        batchSize: 4,
        epochs: 1,
        maxTokens: 15,
      }),
      engine: await startEngine(),
    });
    return trained;
  }

  /** Runs `deno task <task> --run <this run> …`. */
  command(task: string, args: readonly string[], input = ""): Promise<Ended> {
    return runTask(task, ["--run", this.run, ...args], { input });
  }

  /** Text of a file of the run. */
  read(file: string): Promise<string> {
    return Deno.readTextFile(`${this.run}/${file}`);
  }

  /** Replaces a text of a file of the run, which it has to hold. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const text = await this.read(file);
    if (!text.includes(from)) throw new Error(`editing ${file}: there is no ${from} in it`);
    await Deno.writeTextFile(`${this.run}/${file}`, text.replace(from, to));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}
