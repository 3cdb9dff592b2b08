import assert from "node:assert/strict";
import { runTask } from "../_support/run_task.ts";

Deno.test("completion prints a shell's script, with every task", async () => {
  const { code, stdout, stderr } = await runTask("completion", ["bash"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /complete -o default -F _marn_deno_task deno npx\n$/);
  assert.match(stdout, /words=".* train\b.*"/);
});

Deno.test("another shell is refused with those that there are", async () => {
  const { code, stderr } = await runTask("completion", ["tcsh"]);
  assert.equal(code, 2);
  assert.match(stderr, /bash, fish, zsh/);
});
