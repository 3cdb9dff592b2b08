/**
 * Notes as a run sees them, for comparison with those of its dev split.
 *
 * @module
 */
import type { ObservedNote } from "../analysis/profile.ts";
import type { Label, Task } from "../../pipeline/schema.ts";
import { encodeText, indexVocabulary } from "../../pipeline/text/vocabulary.ts";
import { createPredictor, type UncodedNote } from "./predict.ts";
import { unknownShare } from "./profile_file.ts";
import type { RestoredModel } from "./restore.ts";
import type { Run } from "./run.ts";

/** A note, with the codes that it was given where they are known. */
export interface NoteToObserve extends UncodedNote {
  readonly codes?: readonly string[] | undefined;
}

/** Observes notes with one run. */
export interface Observer {
  observe(notes: readonly NoteToObserve[]): Promise<ObservedNote[]>;
  /** Given codes so far that are none of the run's labels. */
  readonly strange: number;
}

/** An observer of a run and its restored model, which the caller goes on owning. */
export function createObserver(
  run: Run,
  restored: Pick<RestoredModel, "model" | "thresholds">,
  task: Task,
): Observer {
  const labels = run.labels[task];
  const places = new Map(labels.map(({ code }: Label, at) => [code, at]));
  const predictor = createPredictor(run, restored, { task, top: labels.length, words: 0 });
  const index = indexVocabulary(run.vocabulary);
  let strange = 0;
  const placesOf = (codes: readonly string[]) => {
    const known = new Set(codes.flatMap((code) => places.get(code) ?? []));
    strange += codes.filter((code) => !places.has(code)).length;
    return Int32Array.from(known).sort();
  };
  return {
    async observe(notes) {
      const predictions = await predictor.predict(notes);
      return notes.map(({ text, codes }, at) => {
        const scores = new Float32Array(labels.length);
        for (const { code, probability } of predictions[at]!.codes) {
          scores[places.get(code)!] = probability;
        }
        const { ids } = encodeText(text, index);
        const unknown = unknownShare(ids, run.config.maxTokens);
        return { tokens: ids.length, unknown, scores, labels: codes && placesOf(codes) };
      });
    },
    get strange() {
      return strange;
    },
  };
}
