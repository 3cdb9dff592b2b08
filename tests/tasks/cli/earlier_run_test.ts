import assert from "node:assert/strict";
import { openRun } from "../../../model/run/run.ts";
import { sayWhatIsUnchecked } from "../../../tasks/cli/earlier_run.ts";
import { Earlier } from "../../_support/earlier.ts";
import { saidBy } from "../../_support/said.ts";

Deno.test("fault 41: of a run of format version 1 is said what could not be checked", async () => {
  using earlier = new Earlier();
  const run = await openRun(earlier.run);
  const [line, ...more] = await saidBy(() => sayWhatIsUnchecked(run));
  assert.match(line!, /no digests of its config\.json, metrics\.json, predictions\/;/);
  assert.deepEqual(more, []);
});

Deno.test("of a run of this version nothing is said", async () => {
  using earlier = new Earlier();
  const run = { ...await openRun(earlier.run), version: 2 } as const;
  assert.deepEqual(await saidBy(() => sayWhatIsUnchecked(run)), []);
});
