import assert from "node:assert/strict";
import { join } from "node:path";
import { EXAMPLES } from "../../../tasks/cli/examples.ts";
import { PREPARE_GUIDE } from "../../../tasks/prepare/guide.ts";
import { createdCommand } from "../../../tasks/cli/command.ts";
import { declaredTasks } from "../../../tasks/completion/declared.ts";
import { runTask } from "../../_support/run_task.ts";
import { temporary } from "../../_support/tiny.ts";

/** What makes an example small enough for a test; the last value of an option counts. */
const SMALL: { readonly [task: string]: string } = {
  fixture: "--admissions 150 --codes 60 --length 0.1",
  demo: "--admissions 150 --codes 60 --length 0.1 --epochs 1 --set model.hidden=8",
  prepare: "--shares 60,20,20 --threads 1",
  train: "--epochs 1 --set maxTokens=60",
  evaluate: "--bootstrap 20",
  compare: "--seeds 1 --set epochs=1 --set maxTokens=60 --set model.filters=4",
  sweep: "--seeds 1 --epochs 1 --set maxTokens=60 --set model.hidden=4",
  reproduce: "--seeds 1 --models cnn --set maxTokens=60",
};

/** What a few dev documents can promise. */
const FEW_CASES = "--confidence 0.7";

/** The command lines of a text that start a task, each with what makes it small. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^ +deno task (\w+) .*$/gm)].map(([line, task]) => {
    const own = line.trim().replace(/ >>.*/, "");
    const promise = own.includes("--precision") ? FEW_CASES : "";
    return [own, SMALL[task!] ?? "", promise].filter((part) => part !== "").join(" ");
  });
}

/** Starts a command line in a folder. It holds no quotes. */
async function run(line: string, cwd: string): Promise<void> {
  const [, , task, ...args] = line.split(" ");
  const { code, stderr } = await runTask(task!, args, { cwd });
  assert.equal(code, 0, `${line}: ${stderr}`);
}

/** Examples of a task, as its help has them. */
function examplesOf(task: string): string[] {
  return commandsIn(EXAMPLES[task]!.map((line) => `  ${line}`).join("\n"));
}

Deno.test("every task that has options has examples in its help", async () => {
  const tasks = await declaredTasks();
  for (const { name, options } of tasks.filter(({ name }) => name !== "engine")) {
    if (options.length === 0) continue;
    let help = "";
    createdCommand(name)!.configureOutput({ writeOut: (text) => help += text }).outputHelp();
    assert.ok(commandsIn(help).some((line) => line.startsWith(`deno task ${name} `)), name);
  }
});

Deno.test("the examples run as they stand, on a small made-up cohort", async (t) => {
  await using folder = await temporary();
  const { path } = folder;
  const step = (line: string) => t.step(line, () => run(line, path));
  for (const line of commandsIn(PREPARE_GUIDE).filter((line) => line.includes("made-up"))) {
    await step(line);
  }
  const note = "congestive heart failure and atrial fibrillation";
  await Deno.writeTextFile(join(path, "note.txt"), note);
  await Deno.writeTextFile(join(path, "notes.jsonl"), JSON.stringify({ id: "7", text: note }));
  await Deno.writeTextFile(join(path, "notes.csv"), `id,text\n7,${note}\n`);
  await Deno.writeTextFile(join(path, "codes.csv"), "id,code\n7,428.0\n");
  const before = ["describe", "train", "evaluate", "predict"];
  for (const task of before) for (const line of examplesOf(task)) await step(line);
  await run(`deno task train --data data/top50 --model cnn --out runs/cnn ${SMALL.train}`, path);
  // The bench and the server have tests of their own: it takes long, and this ends by a signal alone.
  const done = [...before, "fixture", "bench", "serve"];
  const rest = Object.keys(EXAMPLES).filter((task) => !done.includes(task));
  for (const task of rest) for (const line of examplesOf(task)) await step(line);
});
