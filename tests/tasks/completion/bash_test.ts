import assert from "node:assert/strict";
import { bashCompletion } from "../../../tasks/completion/bash.ts";
import { hasShell, madeUpTasks, runShell } from "../../_support/declared_tasks.ts";

/** What bash offers behind these words, the last of which is not finished. */
async function offered(...words: string[]): Promise<string> {
  const list = words.map((word) => `'${word}'`).join(" ");
  const script = `${bashCompletion(madeUpTasks)}
COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _marn_deno_task; echo "\${COMPREPLY[*]}"`;
  return (await runShell("bash", script))!.trim();
}

for (
  const [what, words, expected] of [
    ["task, before it", ["deno", "ta"], "task"],
    ["tasks", ["deno", "task", "t"], "train test:soak"],
    ["tasks behind npx", ["npx", "-y", "deno@2.9.6", "task", "tr"], "train"],
    ["a task's options", ["deno", "task", "train", "--"], "--model --data --help"],
    ["an option's values", ["deno", "task", "train", "--model", "ca"], "caml"],
    ["files, by saying nothing, for other values", ["deno", "task", "train", "--data", ""], ""],
    ["nothing of its own for a task of others", ["deno", "task", "test:soak", "--"], ""],
  ] as const
) {
  Deno.test({
    name: `bash is offered ${what}`,
    ignore: !await hasShell("bash"),
    fn: async () => assert.equal(await offered(...words), expected),
  });
}
