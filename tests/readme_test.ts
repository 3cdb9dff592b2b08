import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));
const tasks: Record<string, { command: string }> =
  JSON.parse(await Deno.readTextFile(new URL("deno.json", root))).tasks;

/** The commands of README's shell blocks, continued lines joined and comments cut off. */
const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block]) => block!.replaceAll("\\\n", " ").split("\n"))
  .map((line) => line.replace(/\s+#.*/, "").trim())
  .filter((line) => line !== "");

/** What `deno task <name> --help` prints; a task made of others has no options. */
async function help(name: string): Promise<string> {
  const script = /tasks\/\w+\.ts/.exec(tasks[name]!.command)?.[0];
  if (!script) return "";
  const args = ["run", "--no-check", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args, fileURLToPath(new URL(script, root)), "--help"],
  }).output();
  return new TextDecoder().decode(stdout);
}

/** The task that a command runs. */
function taskOf(command: string): string | undefined {
  return /^(?:npx -y deno@2\.9\.6|deno) task (\w+)/.exec(command)?.[1];
}

Deno.test("every command in README is a task", () => {
  assert.ok(commands.length > 8, `${commands.length} commands found`);
  assert.deepEqual(commands.filter((command) => !Object.hasOwn(tasks, taskOf(command) ?? "")), []);
});

for (const task of new Set(commands.map(taskOf))) {
  Deno.test(`every option of ${task} in README exists`, async () => {
    const text = await help(task!);
    const options = commands.filter((command) => taskOf(command) === task)
      .flatMap((command) => [...command.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option!));
    assert.deepEqual(options.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(text)), []);
  });
}

Deno.test("every file that README links to exists", async () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
    .filter((target) => !target.startsWith("http"));
  assert.ok(links.length > 5);
  for (const link of links) assert.ok(await Deno.stat(new URL(link, root)), link);
});

Deno.test("every package that is imported has its reason in README", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const table = readme.slice(readme.indexOf("## Dependencies"), readme.indexOf("## Layout"));
  for (const name of Object.keys(imports)) {
    const bare = name.replace(/\/$/, "").replace(/^@tensorflow\//, "");
    assert.ok(table.includes(bare), `${name} is not in the table of dependencies`);
  }
});
