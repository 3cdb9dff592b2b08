import assert from "node:assert/strict";
import { join } from "node:path";
import { type ArrayJob, arrayScript, scriptPath } from "../../../tasks/slurm/script.ts";
import { temporary } from "../../_support/tiny.ts";

const job: ArrayJob = { name: "marn-sweep-1", numbers: [1], logs: "/out", options: [], args: [] };
const host = { folder: "/", deno: "/no/such/deno", version: "2.9.6" };
const directives = (changes: Partial<ArrayJob>) =>
  arrayScript({ ...job, ...changes }, host).split("\n")
    .filter((line) => line.startsWith("#SBATCH "))
    .map((line) => line.slice("#SBATCH ".length));

/** A folder with a program that prints its arguments, a line each, at `name`. */
async function folderWith(name: string) {
  const folder = await temporary();
  const program = join(folder.path, name);
  await Deno.writeTextFile(program, '#!/bin/sh\nprintf "%s\\n" "$PWD" "$@"\n', { mode: 0o755 });
  return { folder, program };
}

/** What a script prints as a task of an array. */
async function runTaskOf(script: string, env: Record<string, string>): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", script], env })
    .output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

Deno.test("a job has the numbers that it is of, in ranges, and a log for each task", () => {
  assert.deepEqual(directives({ numbers: [1, 2, 3, 5, 7, 8] }), [
    "--job-name=marn-sweep-1",
    "--array=1-3,5,7-8",
    "--output=/out/%A_%a.log",
    "--open-mode=append",
  ]);
});

Deno.test("options of sbatch come through, and the last limit of tasks at once", () => {
  const options = ["time=4:00:00", "array=%2", "exclusive", "array=%4", "comment=two words"];
  const [, array, , , ...others] = directives({ options });
  assert.equal(array, "--array=1%4");
  assert.deepEqual(others, ["--time=4:00:00", "--exclusive", '--comment="two words"']);
});

Deno.test("a folder of logs may have any name", () => {
  assert.equal(directives({ logs: '/50% "off" x' })[2], '--output="/50%% \\"off\\" x/%A_%a.log"');
});

Deno.test({
  name: "a task gives its arguments as they are, and its number, in the folder of the plan",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { folder: own, program } = await folderWith("my deno");
    await using folder = own;
    const args = ["task", "sweep", "--out", "it's mine; rm $HOME\n", "--only"];
    const script = arrayScript({ ...job, args }, { ...host, folder: folder.path, deno: program });
    const lines = await runTaskOf(script, { SLURM_ARRAY_TASK_ID: "12" });
    assert.deepEqual(lines, [
      await Deno.realPath(folder.path),
      ...args.join("\n").split("\n"),
      "12",
    ]);
  },
});

Deno.test({
  name: "where this machine's Deno is not found, npx fetches its version",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { folder: own } = await folderWith("npx");
    await using folder = own;
    const lines = await runTaskOf(arrayScript({ ...job, args: ["task"] }, host), {
      SLURM_ARRAY_TASK_ID: "3",
      PATH: `${folder.path}:${Deno.env.get("PATH")}`,
    });
    assert.deepEqual(lines, ["/", "-y", "deno@2.9.6", "task", "3"]);
  },
});

Deno.test({
  name: "started by hand, a script says that it is for sbatch",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", arrayScript(job, host)],
    }).output();
    assert.equal(code, 2);
    assert.match(new TextDecoder().decode(stderr), /submit this script with sbatch/);
  },
});

Deno.test("a script lies in the folder that its task writes", () => {
  assert.equal(scriptPath("sweep", "compare"), join("sweep", "slurm", "compare.sh"));
});
