/** A small run, trained on a tiny dataset, and commands that use it. */
import { fileURLToPath } from "node:url";
import { assign } from "../../model/config/assign.ts";
import { startEngine } from "../../model/engine/engine.ts";
import { resolveConfig } from "../../model/config/presets.ts";
import { trainRun } from "../../model/run/train_run.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { type TinyOptions, writeTinyDataset } from "./tiny_dataset.ts";

/** What became of a finished command. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with a dataset and a run of MARN on it; removed when disposed. */
export class TrainedRun implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync();
  readonly data = `${this.directory}/data`;
  readonly run = `${this.directory}/run`;

  static async create(options: TinyOptions = {}): Promise<TrainedRun> {
    const trained = new TrainedRun();
    await writeTinyDataset(trained.data, options);
    await trainRun({
      dataset: await openDataset(trained.data),
      directory: trained.run,
      config: assign(resolveConfig({}), {
        "model.hidden": 4,
        batchSize: 4,
        epochs: 1,
        maxTokens: 15,
      }),
      engine: await startEngine(),
    });
    return trained;
  }

  /** Runs `deno task <task> --run <this run> …` without leave to use the network. */
  async command(task: string, args: readonly string[], input = ""): Promise<Ended> {
    const script = fileURLToPath(new URL(`../../tasks/${task}.ts`, import.meta.url));
    const permissions = ["read", "write", "env", "ffi", "sys"].map((name) => `--allow-${name}`);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", "--no-prompt", ...permissions, script],
        ...["--run", this.run, ...args],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it may have ended
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** Text of a file of the run. */
  read(file: string): Promise<string> {
    return Deno.readTextFile(`${this.run}/${file}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}
