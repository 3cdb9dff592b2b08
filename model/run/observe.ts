/**
 * Notes as a run sees them, for comparison with those of its dev split.
 *
 * @module
 */
import type { ObservedNote } from "../analysis/profile.ts";
import { type Task, UNKNOWN } from "../../pipeline/schema.ts";
import { documentScores } from "../metrics/score_matrix.ts";
import { scoreDocuments } from "../scoring.ts";
import { createNoteEncoder } from "./encode_notes.ts";
import { createLabelFinder } from "./find_label.ts";
import type { UncodedNote } from "./predict.ts";
import { unknownShare } from "./profile_file.ts";
import type { RestoredModel } from "./restore.ts";
import type { Run } from "./run.ts";

/** A note, with the codes that it was given where they are known. */
export interface NoteToObserve extends UncodedNote {
  readonly codes?: readonly string[] | undefined;
}

/** Turns notes into what drift is measured by, with one run. */
export interface Observer {
  observe(notes: readonly NoteToObserve[]): Promise<ObservedNote[]>;
  /** Given codes so far that are none of the run's labels. */
  readonly strange: number;
}

/** An observer of a run by its restored model, which the caller goes on owning and which predicts `task`. */
export function createObserver(
  run: Run,
  { model }: Pick<RestoredModel, "model">,
  task: Task,
): Observer {
  const finder = createLabelFinder(run.labels[task]);
  const encode = createNoteEncoder(run, model);
  let strange = 0;
  const placesOf = (codes: readonly string[]) => {
    strange += finder.strange(codes).length;
    return finder.places(codes);
  };
  return {
    async observe(notes) {
      const { texts, documents } = encode(notes);
      const { [task]: matrix } = await scoreDocuments(model, documents, run.config);
      return notes.map(({ codes }, row) => {
        const { ids } = texts[row]!;
        const words = ids.map((id) => id < run.vocabulary.length ? id : UNKNOWN); // spelled or not
        return {
          tokens: ids.length,
          unknown: unknownShare(words, run.config.maxTokens),
          scores: documentScores(matrix!, row),
          labels: codes && placesOf(codes),
        };
      });
    },
    get strange() {
      return strange;
    },
  };
}
