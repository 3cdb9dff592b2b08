import assert from "node:assert/strict";
import { fishCompletion } from "../../../tasks/completion/fish.ts";
import { hasShell, madeUpTasks, runShell } from "../../_support/declared_tasks.ts";

Deno.test("fish gets a line for each task and option, its quotes escaped", () => {
  const lines = fishCompletion(madeUpTasks).split("\n").filter((line) =>
    line.startsWith("complete -c")
  );
  assert.deepEqual(lines, [
    "complete -c deno -n __marn_wants_task -xa train -d 'Train a model: it\\'s [easy]'",
    "complete -c deno -n __marn_wants_task -xa test:soak -d 'Made of others'",
    "complete -c deno -n '__marn_task_is train' -l model -xa 'cnn caml' " +
    "-d 'system [of: the zoo], it\\'s one'",
    "complete -c deno -n '__marn_task_is train' -l data -r -d 'folder'",
    "complete -c deno -n '__marn_task_is train' -l help -s h -d 'help'",
  ]);
});

Deno.test({
  name: "fish is offered tasks, options and values",
  ignore: !await hasShell("fish"),
  fn: async () => {
    const asked = ["deno task tr", "deno task train --mo", "deno task train --model ca"]
      .map((line) => `complete -C "${line}"`).join("; ");
    const text = await runShell("fish", `${fishCompletion(madeUpTasks)}\n${asked}`);
    assert.deepEqual(text!.trim().split("\n").map((line) => line.split("\t")[0]), [
      "train",
      "--model",
      "caml",
    ]);
  },
});
