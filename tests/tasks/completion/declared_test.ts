import assert from "node:assert/strict";
import { systems } from "../../../model/zoo/systems.ts";
import { declaredTasks } from "../../../tasks/completion/declared.ts";

const tasks = await declaredTasks();

/** An option of a task. */
function optionOf(task: string, name: string) {
  return tasks.find((one) => one.name === task)!.options.find(({ names }) => names.includes(name))!;
}

Deno.test("every task of deno.json is declared, in the order of names", async () => {
  const config = await Deno.readTextFile(new URL("../../../deno.json", import.meta.url));
  assert.deepEqual(tasks.map(({ name }) => name), Object.keys(JSON.parse(config).tasks).sort());
});

Deno.test("a task that is made of others has no options", () => {
  assert.deepEqual(tasks.find(({ name }) => name === "ok")!.options, []);
});

Deno.test("an option is declared with its values", () => {
  assert.deepEqual(optionOf("train", "--model").choices, systems.map(({ name }) => name));
  assert.ok(optionOf("train", "--model").takesValue);
});

Deno.test("a flag takes no value", () => {
  assert.ok(!optionOf("prepare", "--force").takesValue);
});

for (const { name, options } of tasks) {
  Deno.test(`${name} has --help and --quiet, where it has options`, () => {
    const names = new Set(options.flatMap(({ names }) => names));
    assert.ok(options.length === 0 || names.has("--help") && names.has("--quiet"));
  });
}
