import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporary } from "../../_support/tiny.ts";

const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const resolve = (path: string) => JSON.stringify(import.meta.resolve(`../../../${path}`));
const script = `
import { Argument } from "commander";
import { createCommand, runCommand } from ${resolve("tasks/cli/command.ts")};
import { DataError } from ${resolve("pipeline/errors.ts")};
import { say } from ${resolve("tasks/cli/print.ts")};
import { integer } from ${resolve("tasks/cli/values.ts")};

const command = createCommand("example", "Does nothing much.")
  .option("--number <number>", "a number", integer)
  .option("--fail <how>", "how to fail")
  .addArgument(new Argument("[shell]", "which").choices(["bash", "zsh"]))
  .action((_, { fail }) => {
    if (fail === "reported") throw new DataError("reading a\\u001b[31m.csv: no row");
    if (fail === "defect") throw new Error("impossible");
    if (fail === "aside") Promise.reject(new Error("impossible"));
    if (fail === "later") setTimeout(() => { throw new Error("impossible"); }, 1);
    if (!fail) say("doing");
    console.log("done");
  });
await runCommand(command, Deno.args);
`;

/** Runs the example's command line in a process of its own. */
async function run(...args: string[]) {
  await using directory = await temporary();
  const path = join(directory.path, "example.ts");
  await Deno.writeTextFile(path, script);
  const flags = ["--no-check", "--ignore-env", "--allow-read"]; // as the launcher has them
  const deno = [Deno.execPath(), "run", ...flags, "--config", config, path];
  const to = args.find((arg) => arg.startsWith("--to="));
  const own = args.filter((arg) => arg !== to);
  const redirect = to ? `exec "$@" > ${to.slice("--to=".length)}` : 'exec "$@"';
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", redirect, "sh", ...deno, ...own],
    env: { NO_COLOR: "" }, // to look for colors would take a permission
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a command that is done ends with 0, and so does --help", async () => {
  assert.deepEqual(await run("--number", "3"), {
    code: 0,
    stdout: "done\n",
    stderr: "doing\n",
  });
  const { code, stdout } = await run("--help");
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: deno task example \[options\] \[shell\]\n\nDoes nothing much\./);
});

Deno.test("a value that is an empty text, as of a variable that was never set, ends with 2", async () => {
  const { code, stdout, stderr } = await run("--fail", "");
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(
    stderr,
    /^error: reading options: --fail is given an empty text; expected a value; name/,
  );
});

Deno.test("what the command line does not have ends with 2 and a word on --help", async () => {
  for (const args of [["--number", "many"], ["--nubmer", "3"], ["--number"], ["tcsh"]]) {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    const lines = stderr.trimEnd().split("\n");
    assert.match(lines[0]!, /^error: /);
    assert.equal(lines.at(-1), "(--help lists every option)");
  }
});

Deno.test("a word that is not known is shown, and what is", async () => {
  const lines = async (...args: string[]) => (await run(...args)).stderr.split("\n");
  assert.equal(
    (await lines("tcsh"))[0],
    "error: command-argument value 'tcsh' is invalid for argument 'shell'. " +
      "Allowed choices are bash, zsh.",
  );
  assert.equal(
    (await lines("--number", "many"))[0],
    "error: option '--number <number>' argument 'many' is invalid; expected a whole number",
  );
});

for (const typed of ["fever' is invalid and pain", "fever, 'pain'\nand cough"]) {
  Deno.test(`what may be a note is not shown: ${JSON.stringify(typed)}`, async () => {
    for (const args of [["--number", typed], [typed], ["bash", typed], [`--${typed}`]]) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.match(stderr, /^error: .*\n\(--help lists every option\)\n$/);
      assert.doesNotMatch(stderr, /fever|pain|cough/);
    }
  });
}

Deno.test("an error that is reported is one line without control characters, and its exit code", async () => {
  const { code, stdout, stderr } = await run("--fail", "reported");
  assert.deepEqual([code, stdout, stderr], [3, "", "error: reading a[31m.csv: no row\n"]);
});

for (const how of ["defect", "aside", "later"]) {
  Deno.test(`fault 70: a defect that comes ${how} is one line that says where, and ends with 1`, async () => {
    const { code, stderr } = await run("--fail", how);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Error: impossible \(at example\.ts:\d+.*\); .*please report it\n$/,
    );
  });
}

Deno.test("fault 31: a full device in stdout's place is one line, and ends with 5", async () => {
  for (const args of [["--help"], ["--number", "3", "--quiet"]]) {
    const { code, stderr } = await run("--to=/dev/full", ...args);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /^error: No space left on device \(os error 28\);[^\n]*\n$/);
  }
});

Deno.test("--quiet leaves results and errors", async () => {
  assert.deepEqual(await run("--quiet"), { code: 0, stdout: "done\n", stderr: "" });
  const { code, stderr } = await run("--quiet", "--fail", "reported");
  assert.deepEqual([code, stderr.startsWith("error: ")], [3, true]);
});
