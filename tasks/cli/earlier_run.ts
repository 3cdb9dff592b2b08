/**
 * What is said of a run that an earlier version made.
 *
 * @module
 */
import { type Run, uncheckedFiles } from "../../model/run/run.ts";
import { say } from "./print.ts";

/** Says which of a run's files could not be held against a digest; nothing where all could. */
export function sayWhatIsUnchecked(run: Run): void {
  const files = uncheckedFiles(run);
  if (files.length === 0) return;
  say(
    `${run.directory} was made by an earlier version: there are no digests of its ` +
      `${files.join(", ")}; what its checkpoints say of the configuration and dataset was compared`,
  );
}
