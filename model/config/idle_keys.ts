/**
 * Keys of a configuration whose values change nothing as the others are.
 *
 * @module
 */
import { tasksOf } from "../zoo/blocks.ts";
import type { TrainConfig } from "./config.ts";

/** What has to be so for a key to change anything; all others always do. */
const READ: { readonly [key: string]: (config: TrainConfig) => boolean } = {
  "loss.alpha": ({ loss }) => loss.name !== "bce",
  "loss.gamma": ({ loss }) => loss.name !== "bce",
  "loss.icdWeight": (config) => tasksOf(config).length > 1,
  "model.ramUp": ({ model }) => "ram" in model && model.ram === true,
};

/**
 * Whether a key changes nothing.
 *
 * @param key dotted, such as `loss.gamma`.
 */
export function isIdle(config: TrainConfig, key: string): boolean {
  const isRead = READ[key];
  return isRead !== undefined && !isRead(config);
}
