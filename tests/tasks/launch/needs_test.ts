import assert from "node:assert/strict";
import { join } from "node:path";
import {
  canBeArray,
  LAUNCHED_TASKS,
  needsEngine,
  outFolder,
  runsRanks,
  runsWord2vec,
} from "../../../tasks/launch/needs.ts";

Deno.test("what computes nothing when it verifies a log needs no engine", () => {
  assert.equal(needsEngine("audit", ["--run", "/r"]), true);
  assert.equal(needsEngine("audit", ["--verify", "/r/log"]), false);
});

Deno.test("what makes datasets runs word2vec, and nothing else does", () => {
  assert.deepEqual(LAUNCHED_TASKS.filter(runsWord2vec), ["demo", "prepare", "reproduce"]);
});

Deno.test("what trains many runs can be an array job, and nothing else can", () => {
  assert.deepEqual(LAUNCHED_TASKS.filter(canBeArray), ["compare", "reproduce", "sweep"]);
});

Deno.test("training alone runs ranks, where it is asked to", () => {
  const withRanks = LAUNCHED_TASKS.filter((task) => runsRanks(task, ["--launcher", "mpi"]));
  assert.deepEqual(withRanks, ["train"]);
  assert.equal(runsRanks("train", []), false);
});

Deno.test("a task writes the folder that its option names, or else its own", () => {
  assert.equal(outFolder("sweep", ["--out", "/d"]), "/d");
  assert.equal(outFolder("sweep", []), join(Deno.cwd(), "sweep"));
  assert.equal(outFolder("evaluate", []), undefined);
});
