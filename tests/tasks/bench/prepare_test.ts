import assert from "node:assert/strict";
import { join } from "node:path";
import { fixtureWork, prepareWork, withoutVectors } from "../../../tasks/bench/prepare.ts";
import { tinyRequest } from "../../_support/fake_work.ts";

Deno.test("prepare is timed whole and by stage on the tables that its peer reads", async () => {
  const folder = await Deno.makeTempDir();
  const request = { ...tinyRequest(folder), rows: 2000 };
  const { more: noteBytes } = await fixtureWork.run(request);
  const { size } = await Deno.stat(join(folder, "mimic", "NOTEEVENTS.csv"));
  assert.equal(noteBytes, size);
  const { seconds: [whole], more: { stages, terms } } = await prepareWork.run(request);
  assert.deepEqual(stages.map(({ stage }) => stage), [
    "codes",
    "notes",
    "vocabulary",
    "word vectors",
    "dataset full",
    "dataset top50",
  ]);
  const sum = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  assert.ok(sum > 0 && sum <= whole!, `${sum} s of ${whole}`);
  const vocabulary = await Deno.readTextFile(join(folder, "data", "full", "vocabulary.txt"));
  assert.ok(terms >= vocabulary.trimEnd().split("\n").length - 2, `${terms} terms`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prepare is compared without the word vectors that another part compares", () => {
  const stages = [{ stage: "notes", seconds: 1 }, { stage: "word vectors", seconds: 2.5 }];
  const more = { stages, terms: 9 };
  const result = { seconds: [4], peak: 7, more };
  assert.deepEqual(withoutVectors(result), { seconds: [1.5], peak: 7, more });
});
