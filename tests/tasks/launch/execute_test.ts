import assert from "node:assert/strict";
import { join } from "node:path";
import { temporary } from "../../_support/tiny.ts";

const resolve = (path: string) => JSON.stringify(import.meta.resolve(`../../../${path}`));
const ignore = Deno.build.os === "windows";

/** Runs a script that imports from execute.ts. */
async function run(body: string) {
  await using directory = await temporary();
  const path = join(directory.path, "script.ts");
  const names = "{ execute, executeAsChild }";
  await Deno.writeTextFile(
    path,
    `import ${names} from ${resolve("tasks/launch/execute.ts")};\n${body}`,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", path],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const { pid } = child;
  const { code, signal, stdout } = await child.output();
  return { pid, code, signal, stdout: new TextDecoder().decode(stdout) };
}

Deno.test(
  "a program takes the process's place: its id, arguments and exit code",
  { ignore },
  async () => {
    const { pid, code, stdout } = await run(
      `execute("/bin/sh", ["-c", 'echo $$ "$1"; exit 7', "sh", "é, 'b' "]);`,
    );
    assert.equal(stdout, `${pid} é, 'b' \n`);
    assert.equal(code, 7);
  },
);

Deno.test("a signal to it is the program's", { ignore }, async () => {
  const { signal } = await run(`execute("/bin/sh", ["-c", "kill -TERM $$"]);`);
  assert.equal(signal, "SIGTERM");
});

Deno.test("where there is no such program, the process goes on", { ignore }, async () => {
  const { stdout } = await run(`execute("/no/such", []); console.log("on");`);
  assert.equal(stdout, "on\n");
});

Deno.test("a child's exit code is the process's, and SIGTERM comes to it", { ignore }, async () => {
  const { code, stdout } = await run(`
    setTimeout(() => Deno.kill(Deno.pid, "SIGTERM"), 500);
    const script = 'trap "echo heard; exit 9" TERM; while :; do sleep 0.1; done';
    Deno.exit(await executeAsChild("/bin/sh", ["-c", script]));
  `);
  assert.deepEqual([code, stdout], [9, "heard\n"]);
});
