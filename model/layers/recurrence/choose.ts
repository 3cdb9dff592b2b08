/**
 * Which way of computing recurrences layers take: this project's kernels where they are loaded, on a
 * device cuDNN once its self-check has passed there, else plain operations.
 *
 * @module
 */
import type { Engine } from "../../engine/engine.ts";
import { nativeKernels } from "../../engine/kernels.ts";
import { usesDevice } from "../../engine/operation.ts";
import { tf } from "../../engine/tf.ts";
import { checkCudnn, type CheckedRecurrence } from "./cudnn_check.ts";
import { nativeRecurrence } from "./native.ts";
import { plainRecurrence } from "./plain.ts";
import type { Recurrence } from "./recurrence.ts";

/** What the self-check found, by tfjs's backend: it runs once on each. */
const checked = new WeakMap<object, CheckedRecurrence>();

let imposed: Recurrence | undefined;

/** The recurrence that layers take on the engine in use. The first call on a device checks cuDNN. */
export function chooseRecurrence(): Recurrence {
  if (imposed) return imposed;
  if (nativeKernels()) return nativeRecurrence;
  return usesDevice() ? checkDevice().recurrence : plainRecurrence;
}

/** Runs `work`, whose layers take `recurrence`: how tests compare one with another. */
export function withRecurrence<T>(recurrence: Recurrence, work: () => T): T {
  const before = imposed;
  imposed = recurrence;
  try {
    return work();
  } finally {
    imposed = before;
  }
}

/**
 * The engine in use as logs and reports name it: its description and, on a device, which recurrence
 * layers take there and why.
 */
export function describeEngine({ description }: Engine): string {
  return usesDevice() ? `${description}, ${checkDevice().description}` : description;
}

function checkDevice(): CheckedRecurrence {
  const backend = tf.backend();
  const found = checked.get(backend) ?? checkCudnn();
  checked.set(backend, found);
  return found;
}
