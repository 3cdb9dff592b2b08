import assert from "node:assert/strict";
import { runTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";

Deno.test("describe prints a system's tensors for people and for programs, and writes nothing", async () => {
  await using folder = await temporary();
  const data = `${folder.path}/data`;
  await writeTinyDataset(data);
  const args = ["--data", data, "--model", "caml", "--preset", "demo"];
  const people = await runTask("describe", args);
  assert.equal(people.code, 0, people.stderr);
  const programs = await runTask("describe", [...args, "--json"]);
  const { parameters, tensors, config } = JSON.parse(programs.stdout);
  assert.match(people.stdout, new RegExp(`parameters: ${parameters.toLocaleString("en")} trained`));
  assert.deepEqual(tensors[0], {
    name: "embed.weight",
    shape: [12, 100],
    values: 1200,
    trained: true,
  });
  assert.equal(config.model.name, "caml");
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["data"]);
});
