/**
 * `deno task describe`: what a training would build and take, before anything is trained.
 *
 * @module
 */
import type { ConfigRequest } from "../model/config/presets.ts";
import type { EngineName } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { describeTraining } from "../model/run/description.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { declareConfigOptions } from "./cli/config_options.ts";
import { openEngine } from "./cli/engine.ts";
import { dataOption, engineOption, jsonOption } from "./cli/options.ts";
import { print, say } from "./cli/print.ts";
import { formatDescription } from "./describe/words.ts";
import { requestConfig } from "./train/plan.ts";

interface Flags extends ConfigRequest {
  readonly data: string;
  readonly engine: EngineName;
  readonly json?: true;
}

const command = declareConfigOptions(
  createCommand(
    "describe",
    "Prints a system's tensors and parameters, the memory of a step and the largest batch that fits.",
  ).addOption(dataOption()),
)
  .addOption(engineOption())
  .addOption(jsonOption("all of it, the configuration too,"))
  .action(describe);

if (import.meta.main) await runCommand(command, Deno.args);

async function describe(flags: Flags): Promise<void> {
  const dataset = await openDataset(flags.data);
  const { config, chosen } = requestConfig(flags, dataset.manifest);
  if (chosen) say(chosen);
  const engine = await openEngine(flags.engine);
  const description = await describeTraining({ config, dataset, engine });
  if (!flags.json) return print(formatDescription(description, config));
  const whole = { dataset: flags.data, engine: describeEngine(engine), config, ...description };
  print(JSON.stringify(whole, null, 2));
}
