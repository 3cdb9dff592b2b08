import assert from "node:assert/strict";
import { zshCompletion } from "../../../tasks/completion/zsh.ts";
import { hasShell, madeUpTasks, runShell } from "../../_support/declared_tasks.ts";

Deno.test("zsh gets a specification of each option, with what it gives a meaning to escaped", () => {
  const text = zshCompletion(madeUpTasks);
  assert.ok(text.includes(`'train:Train a model: it'\\''s [easy]'`));
  assert.ok(
    text.includes(`'*--model[system \\[of\\: the zoo\\], it'\\''s one]:value:(cnn caml)'`),
    text,
  );
  assert.ok(text.includes("'*--help[help]' '*-h[help]'"));
});

Deno.test({
  name: "zsh takes the script",
  ignore: !await hasShell("zsh"),
  fn: async () => {
    const script = `autoload -Uz compinit; compinit -u -D\n${zshCompletion(madeUpTasks)}
print $_comps[deno] $_comps[npx]`;
    assert.equal(await runShell("zsh", script), "_marn_deno_task _marn_deno_task\n");
  },
});
