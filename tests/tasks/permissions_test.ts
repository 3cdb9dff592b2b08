import assert from "node:assert/strict";
import { taskCommand } from "../_support/run_task.ts";

Deno.test("no command that reads notes asks for the network, or for everything", () => {
  for (const task of ["analyze", "prepare", "train", "evaluate", "predict", "reproduce", "demo"]) {
    assert.match(taskCommand(task), /--allow-read/, task);
    assert.doesNotMatch(taskCommand(task), /--allow-(net|all)\b| -A\b/, task);
  }
});
