import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tinyMimic } from "../../_support/prepare.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const ignore = Deno.build.os === "windows";

/** Runs a script of `scripts/slurm` as SLURM does: in the program's folder, with its variables. */
async function submitted(
  script: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string }> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [`scripts/slurm/${script}`, ...args],
    cwd: root,
    env: { DENO: Deno.execPath(), ...variables },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, said: text(stdout) + text(stderr) };
}

Deno.test("an array of jobs prepares parts, and one more joins them", { ignore }, async (t) => {
  await using tiny = await tinyMimic();
  const { path } = tiny;
  const parts = join(path, "all parts");
  const options = ["--mimic", path, "--ccs", path, "--min-documents", "1", "--max-uncovered", "1"];
  const task = (number: number) =>
    submitted("prepare_part.sh", ["2", parts, ...options, "--allow-loss"], {
      SLURM_ARRAY_TASK_ID: `${number}`,
      SLURM_CPUS_PER_TASK: "1",
    });
  await t.step("each task makes its part", async () => {
    for (const number of [1, 2]) {
      const { code, said } = await task(number);
      assert.equal(code, 0, said);
      assert.match(said, new RegExp(`made .*all parts/${number}, part ${number} of 2`));
    }
  });
  await t.step("a task that is requeued when its part is there leaves it", async () => {
    const file = join(parts, "2", "part.json");
    const before = await Deno.stat(file);
    const { code, said } = await task(2);
    assert.equal(code, 0, said);
    assert.match(said, /2 is there already/);
    assert.deepEqual((await Deno.stat(file)).mtime, before.mtime);
  });
  await t.step("the parts are joined", async () => {
    const out = join(path, "data");
    const { code, said } = await submitted("merge_parts.sh", [parts, "--out", out]);
    assert.equal(code, 0, said);
    const manifest = JSON.parse(await Deno.readTextFile(join(out, "full/manifest.json")));
    assert.equal(manifest.documents.train + manifest.documents.dev + manifest.documents.test, 2);
  });
});

Deno.test("an array of jobs codes parts of many notes", { ignore }, async () => {
  await using trained = await TrainedRun.create();
  const [input, codes] = ["notes.jsonl", "codes"].map((name) => join(trained.directory, name));
  const notes = Array.from({ length: 70 }, (_, id) => JSON.stringify({ id, text: "word001" }));
  await Deno.writeTextFile(input!, notes.join("\n"));
  const options = ["--run", trained.run, "--words", "0", "--jsonl", input!];
  const variables = { SLURM_ARRAY_TASK_ID: "2" };
  for (const expected of [/^predict: 6 notes/m, /00002\.jsonl is there already/]) {
    const { code, said } = await submitted("predict_part.sh", ["2", codes!, ...options], variables);
    assert.equal(code, 0, said);
    assert.match(said, expected);
  }
  const lines = (await Deno.readTextFile(join(codes!, "00002.jsonl"))).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).id), ["64", "65", "66", "67", "68", "69"]);
});

Deno.test("the scripts say how they are called, and end with 2", { ignore }, async () => {
  for (const script of ["prepare_part.sh", "merge_parts.sh", "predict_part.sh"]) {
    const { code, said } = await submitted(script, []);
    assert.equal(code, 2);
    assert.match(said, /^usage: sbatch .*(PARTS|CODES)/);
  }
});
