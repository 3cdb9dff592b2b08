/**
 * Says what a reproduction has to do, and measures what it will cost.
 *
 * @module
 */
import { counted, formatDuration } from "../cli/format.ts";
import { say } from "../cli/print.ts";
import { createForecast, type Forecast } from "./forecast.ts";
import type { Reproduction } from "./reproduction.ts";
import { readStatus } from "./status.ts";
import { formatStatus, runTitle } from "./words.ts";

/** A line for each run, and one for all. An interrupt ends it early. */
export async function announce(
  { experiment, dataset, engineTitle, runs, out }: Reproduction,
  interrupt: AbortSignal,
): Promise<Forecast> {
  const { train, dev, test } = dataset.manifest.documents;
  say(
    `${experiment.title}: ${counted(runs.length, "run")}, on ${dataset.directory} ` +
      `(${train} train, ${dev} dev, ${test} test documents), engine ${engineTitle}`,
  );
  const forecast = createForecast(dataset);
  for (const run of runs) {
    const status = await readStatus(out, run);
    const seconds = await forecast.add(run, status);
    const cost = seconds > 0 ? `, about ${formatDuration(seconds)}` : "";
    say(`  ${runTitle(run)}: ${formatStatus(status, run)}${cost}`);
    if (interrupt.aborted) return forecast;
  }
  const seconds = forecast.left();
  if (seconds > 0) {
    say(
      `about ${formatDuration(seconds)} in all by steps measured here, less where training stops ` +
        `early; ${(forecast.bytes() / 1e9).toFixed(2)} GB of checkpoints`,
    );
  }
  return forecast;
}
