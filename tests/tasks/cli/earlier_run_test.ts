import assert from "node:assert/strict";
import { openRun } from "../../../model/run/run.ts";
import { sayWhatIsUnchecked } from "../../../tasks/cli/earlier_run.ts";
import { Earlier } from "../../_support/earlier.ts";

/** What is said on stderr while `work` is done. */
function saidBy(work: () => void): string[] {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    work();
  } finally {
    console.error = error;
  }
  return lines;
}

Deno.test("fault 41: of a run of format version 1 is said what could not be checked", async () => {
  using earlier = new Earlier();
  const run = await openRun(earlier.run);
  const [line, ...more] = saidBy(() => sayWhatIsUnchecked(run));
  assert.match(line!, /no digests of its config\.json, metrics\.json, predictions\/;/);
  assert.deepEqual(more, []);
});

Deno.test("of a run of this version nothing is said", async () => {
  using earlier = new Earlier();
  const run = { ...await openRun(earlier.run), version: 2 } as const;
  assert.deepEqual(saidBy(() => sayWhatIsUnchecked(run)), []);
});
