/** Progress that is written down instead of shown. */
import type { Progress } from "../../pipeline/progress.ts";

/** One stage as it was told of. */
export interface RecordedStage {
  readonly name: string;
  readonly total: number;
  readonly unit: string;
  /** What `reach` was called with, in order. */
  readonly reached: number[];
  ended: boolean;
}

/** Progress, and what it has heard so far. */
export interface RecordedProgress extends Progress {
  readonly warnings: string[];
  readonly stages: RecordedStage[];
  /** Stage → what came of it. */
  readonly notes: Map<string, string>;
}

/** Progress that records what it hears. */
export function recordProgress(): RecordedProgress {
  const warnings: string[] = [];
  const stages: RecordedStage[] = [];
  const notes = new Map<string, string>();
  return {
    warnings,
    stages,
    notes,
    warn: (message) => warnings.push(message),
    stage(name, total = 0, unit = "documents") {
      const stage: RecordedStage = { name, total, unit, reached: [], ended: false };
      stages.push(stage);
      return {
        reach: (done) => stage.reached.push(done),
        end(note) {
          stage.ended = true;
          if (note !== undefined) notes.set(name, note);
        },
      };
    },
  };
}
