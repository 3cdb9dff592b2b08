/**
 * TensorBoard's view of a run: the configuration as text; scalars of every step and epoch; histograms of
 * the probabilities that the dev split's labels get after every epoch.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../../pipeline/errors.ts";
import { listFolder } from "../../pipeline/files/read.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { writeAllSync, writeFailure } from "../../pipeline/files/write.ts";
import { flatten, type TrainConfig } from "../config/config.ts";
import type { ScoresEvent, TrainObserver } from "../train/observer.ts";
import { encodeRecord, type TensorBoardEvent } from "./event_record.ts";
import { type Histogram, probabilityHistograms } from "./histogram.ts";

/** What the names of event files begin with; the second behind it is their order. */
export const EVENTS_START = "events.out.tfevents.";

/** The clock's second; where that was set back, the one behind the latest event file's. */
async function nextSecond(directory: string): Promise<number> {
  const none = (found: string) => new UsageError(`training in ${directory}: ${found}`);
  const others = (await listFolder(directory, none)).filter(({ name }) =>
    name.startsWith(EVENTS_START)
  )
    .map(({ name }) => Number.parseInt(name.slice(EVENTS_START.length), 10) || 0);
  return Math.max(Math.floor(Date.now() / 1000), ...others.map((second) => second + 1));
}

/**
 * Starts an event file in `directory` for a run that has done `step` steps. A resumed run gets a file
 * of its own, as TensorBoard expects. Throws `ResourceError`.
 */
export async function openTensorBoard(
  directory: string,
  step: number,
  config: TrainConfig,
): Promise<TrainObserver> {
  const path = join(directory, `${EVENTS_START}${await nextSecond(directory)}.${Deno.pid}.marn`);
  const file = await Deno.open(path, { append: true, create: true }).catch((error) => {
    throw writeFailure(path, 64, error);
  });
  const write = (event: Omit<TensorBoardEvent, "wallTime">) => {
    writeAllSync(file, encodeRecord({ wallTime: Date.now() / 1000, ...event }), path);
  };
  write({ step: 0, fileVersion: "brain.Event:2" });
  write({ step: step + 1, sessionStart: true });
  write({ step, texts: { configuration: formatConfig(config) } });
  return {
    onStep: ({ step, loss, gradientNorm, learningRate, tokens, seconds }) =>
      write({
        step,
        scalars: {
          "train/loss": loss,
          "train/gradient_norm": gradientNorm,
          "train/learning_rate": learningRate,
          "train/tokens_per_second": tokens / seconds,
        },
      }),
    onEpoch({ step, trainLoss, monitor, value }) {
      const scalars = Object.entries({ "epoch/train_loss": trainLoss, [`dev/${monitor}`]: value });
      const defined = scalars.filter(([, scalar]) => !Number.isNaN(scalar));
      write({ step, scalars: Object.fromEntries(defined) });
    },
    onScores: (event) => write({ step: event.step, histograms: histogramsOf(event) }),
    close: () => file.close(),
  };
}

/** Every key of a configuration with its value, in Markdown. */
function formatConfig(config: TrainConfig): string {
  const rows = [...flatten(config)].map(([key, value]) => `| ${key} | ${value} |`);
  return ["| key | value |", "| --- | --- |", ...rows].join("\n");
}

/** Histograms of what true labels get, and of what all others get, of each label set that has scores. */
function histogramsOf({ scores, truth }: ScoresEvent): Record<string, Histogram> {
  const histograms: Record<string, Histogram> = {};
  for (const task of TASKS) {
    const matrix = scores[task];
    if (!matrix) continue;
    const { carried, other } = probabilityHistograms(matrix, truth[task]);
    histograms[`dev/probability/${task}/true`] = carried;
    histograms[`dev/probability/${task}/other`] = other;
  }
  return histograms;
}
