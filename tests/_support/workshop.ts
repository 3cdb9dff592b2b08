/** Trains a small MARN in a directory of its own. */
import type { Assignments } from "../../model/system.ts";
import { assign } from "../../model/config/assign.ts";
import { resolveConfig } from "../../model/config/presets.ts";
import { currentEngine } from "../../model/engine/engine.ts";
import { type CheckpointName, checkpointPath } from "../../model/run/checkpoint.ts";
import type { TrainRequest } from "../../model/run/train_request.ts";
import { trainRun } from "../../model/run/train_run.ts";
import type { TrainObserver } from "../../model/train/observer.ts";
import type { Outcome } from "../../model/train/trainer.ts";
import { openDataset } from "../../pipeline/dataset/open.ts";
import { type TinyOptions, writeTinyDataset } from "./tiny_dataset.ts";

/** A small MARN: three steps an epoch on the tiny dataset. */
export const small = assign(resolveConfig({}), {
  "model.hidden": 4,
  batchSize: 4,
  epochs: 2,
  maxTokens: 15,
});

/** What of a request differs from training the small MARN anew. */
export type WorkshopRequest = Partial<TrainRequest> & { readonly changes?: Assignments };

/** What makes its run one of 21 steps, three an epoch. */
export const long: WorkshopRequest = { changes: { epochs: 7, patience: 7 } };

/** Steps after which that run can be cut: between epochs, and in the midst of one. */
export const CUTS = Array.from({ length: 20 }, (_, at) => at + 1);

/** A directory with a dataset and room for a run; removed when disposed. */
export class Workshop implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly data = `${this.directory}/data`;
  readonly run = `${this.directory}/run`;

  static async open(options: TinyOptions = {}): Promise<Workshop> {
    const shop = new Workshop();
    await writeTinyDataset(shop.data, options);
    return shop;
  }

  async train(request: WorkshopRequest = {}): Promise<Outcome> {
    const { changes = {}, ...rest } = request;
    return await trainRun({
      dataset: await openDataset(this.data),
      directory: this.run,
      config: assign(small, changes),
      engine: currentEngine(),
      ...rest,
    });
  }

  path(which: CheckpointName): string {
    return checkpointPath(this.run, which);
  }

  bytes(which: CheckpointName): Uint8Array {
    return Deno.readFileSync(this.path(which));
  }

  /** Flips a bit near the end of a checkpoint. */
  damage(which: CheckpointName): void {
    const bytes = this.bytes(which);
    bytes[bytes.length - 5]! ^= 4;
    Deno.writeFileSync(this.path(which), bytes);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** Interrupts after the given step. */
export function stopAfter(step: number): Pick<TrainRequest, "interrupt" | "observers"> {
  const controller = new AbortController();
  const observer: TrainObserver = {
    onStep: (event) => {
      if (event.step === step) controller.abort();
    },
  };
  return { interrupt: controller.signal, observers: [observer] };
}
