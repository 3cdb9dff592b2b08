import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));
const tasks: Record<string, { command: string }> =
  JSON.parse(await Deno.readTextFile(new URL("deno.json", root))).tasks;

/** README and the pages of docs/, by their paths. */
const pages = new Map([["README.md", readme]]);
for (const { name } of [...Deno.readDirSync(new URL("docs/", root))]) {
  if (!name.endsWith(".md")) continue;
  pages.set(`docs/${name}`, await Deno.readTextFile(new URL(`docs/${name}`, root)));
}

/** The commands of all shell blocks, continued lines joined and comments cut off. */
const commands = [...pages.values()]
  .flatMap((page) => [...page.matchAll(/```sh\n(.*?)```/gs)])
  .flatMap(([, block]) => block!.replaceAll("\\\n", " ").split("\n"))
  .map((line) => line.replace(/\s+#.*/, "").trim())
  .filter((line) => line !== "");

/** What `deno task <name> --help` prints; a task made of others has no options. */
async function help(name: string): Promise<string> {
  const { command } = tasks[name]!;
  const launched = / tasks\/launch\/launch\.ts (\w+)$/.exec(command)?.[1];
  const script = launched ? `tasks/${launched}.ts` : /tasks\/\w+\.ts/.exec(command)?.[0];
  if (!script) return "";
  const args = ["run", "--no-check", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args, fileURLToPath(new URL(script, root)), "--help"],
  }).output();
  return new TextDecoder().decode(stdout);
}

/** The task that a command runs, by itself or on ranks. */
function taskOf(command: string): string | undefined {
  const start = /^(?:(?:mpirun|srun) .* )?(?:npx -y deno@2\.9\.6|deno) task (\w+)/;
  return start.exec(command)?.[1];
}

function argumentsOf(command: string): string {
  return command.replace(/^.*? task /, "");
}

Deno.test("every command in README and docs is a task", () => {
  assert.ok(commands.length > 8, `${commands.length} commands found`);
  assert.deepEqual(commands.filter((command) => !Object.hasOwn(tasks, taskOf(command) ?? "")), []);
});

for (const task of new Set(commands.map(taskOf))) {
  Deno.test(`every option of ${task} in README and docs exists`, async () => {
    const text = await help(task!);
    const options = commands.filter((command) => taskOf(command) === task)
      .flatMap((command) =>
        [...argumentsOf(command).matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option!)
      );
    assert.deepEqual(options.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(text)), []);
  });
}

/** What a page links to on this disk, from where it stands. */
function linksOf(page: string): URL[] {
  return [...pages.get(page)!.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
    .filter((target) => !target.startsWith("http"))
    .map((target) => new URL(target, new URL(page, root)));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)]
    .map(([, title]) => title!.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, "").replaceAll(" ", "-"));
}

for (const page of pages.keys()) {
  Deno.test(`every file and heading that ${page} links to exists`, async () => {
    for (const { pathname, hash } of linksOf(page)) {
      const file = new URL(`file://${pathname}`);
      assert.ok(await Deno.stat(file).catch(() => undefined), pathname);
      if (hash === "") continue;
      assert.ok(anchorsOf(await Deno.readTextFile(file)).includes(hash.slice(1)), pathname + hash);
    }
  });
}

Deno.test("README leads to every page of docs", () => {
  const linked = new Set(linksOf("README.md").map(({ pathname }) => pathname));
  const unlinked = [...pages.keys()].filter((page) => page !== "README.md")
    .filter((page) => !linked.has(new URL(page, root).pathname));
  assert.deepEqual(unlinked, []);
});

Deno.test("README has at most 200 lines: long tables stand in docs", () => {
  assert.ok(readme.split("\n").length <= 201, `${readme.split("\n").length}`);
});

Deno.test("every package that is imported has its reason in docs/development.md", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const page = pages.get("docs/development.md")!;
  const table = page.slice(page.indexOf("## Dependencies"));
  for (const name of Object.keys(imports)) {
    const [bare] = /^(@[^/]+\/)?[^/]+/.exec(name.replace(/^@tensorflow\//, ""))!;
    assert.ok(table.includes(bare), `${name} is not in the table of dependencies`);
  }
});
