/**
 * Warnings of notes, where there may be millions of them: those of the first notes are said, the rest
 * are counted.
 *
 * @module
 */
import type { Prediction } from "../../model/run/predict.ts";
import { formatWhole } from "../cli/format.ts";
import { predictionWarnings } from "../report/prediction.ts";

/** Notes whose warnings are said. */
const MOST_SAID = 10;

/** Warns of notes, one after another. */
export class NoteWarnings {
  readonly #say: (warning: string) => void;
  #warned = 0;

  /** `say` hears each warning, a line without its end. */
  constructor(say: (warning: string) => void) {
    this.#say = say;
  }

  /** Says what is doubtful of a note, if that is one of the first. */
  hear(prediction: Pick<Prediction, "id" | "tokens" | "read" | "known">): void {
    const warnings = predictionWarnings(prediction);
    if (warnings.length === 0) return;
    this.#warned++;
    if (this.#warned <= MOST_SAID) warnings.forEach(this.#say);
  }

  /** Says how many further notes there were. */
  end(): void {
    const more = this.#warned - MOST_SAID;
    if (more <= 0) return;
    this.#say(
      `warning: ${
        formatWhole(more)
      } more notes were cut, or few of their tokens are known; tokens, read and ` +
        "known of their predictions say which",
    );
  }
}
