import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readCheckpoint } from "../../model/run/checkpoint.ts";
import { decodeSafetensors } from "../../pipeline/files/safetensors.ts";
import { pythonHas, runPython } from "../_support/python.ts";
import { TrainedRun } from "../_support/trained_run.ts";

const NOTE = "Word001 strange, word004 word005 word007.";
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Exports a run, with a note beside what is written; returns the folder. */
async function exportTo(format: string, trained: TrainedRun): Promise<string> {
  const out = `${trained.directory}/${format}`;
  const { code, stderr } = await trained.command("export", ["--to", format, "--out", out]);
  assert.equal(code, 0, stderr);
  await Deno.writeTextFile(`${out}/note.txt`, NOTE);
  return out;
}

/** The lines of a folder's README in a language. */
async function shownLines(folder: string, language: string): Promise<string> {
  const readme = await Deno.readTextFile(`${folder}/README.md`);
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme)![1]!;
}

/** Codes that `predict` assigns to the note, in the labels' order. */
async function assignedCodes(trained: TrainedRun): Promise<string[]> {
  const { stdout } = await trained.command("predict", ["--json"], NOTE);
  const { codes } = JSON.parse(stdout) as { codes: { code: string; assigned: boolean }[] };
  return codes.filter(({ assigned }) => assigned).map(({ code }) => code).sort();
}

/** A run that assigns some of its codes to the note and not all. */
function selectiveRun(): Promise<TrainedRun> {
  return TrainedRun.create({ documents: { train: 9, dev: 6, test: 2 } }, {
    set: ["model.hidden=4", "optimizer.learningRate=0.03"],
  });
}

Deno.test("the README's lines for Node code a note as predict does", async () => {
  await using trained = await selectiveRun();
  const folder = await exportTo("onnx", trained);
  // The same interface, in a package that brings its own code.
  const lines = (await shownLines(folder, "js")).replace("onnxruntime-node", "onnxruntime-web");
  await Deno.writeTextFile(
    `${folder}/code.mjs`,
    lines.replace(/console\.log\((.*)\);\n$/, (_, codes) => {
      return `console.log(JSON.stringify(${codes}));\n`;
    }),
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-env", "--allow-sys", "--config", config, "code.mjs"],
    cwd: folder,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  assert.deepEqual(JSON.parse(text).sort(), await assignedCodes(trained));
});

const onnxIsThere = await pythonHas("a README's lines", ["numpy", "onnxruntime", "tokenizers"]);
Deno.test({
  name: "the README's lines for Python and onnxruntime code a note as predict does",
  ignore: !onnxIsThere,
}, async () => {
  await using trained = await selectiveRun();
  const folder = await exportTo("onnx", trained);
  const { code, text } = await runPython(["-c", await shownLines(folder, "python")], {
    cwd: folder,
  });
  assert.equal(code, 0, text);
  assert.deepEqual(JSON.parse(text.replaceAll("'", '"')).sort(), await assignedCodes(trained));
});

const safetensorsIsThere = await pythonHas("a README's lines", ["safetensors", "tokenizers"]);
Deno.test({
  name: "the README's lines for Python and safetensors open weights, configuration and words",
  ignore: !safetensorsIsThere,
}, async () => {
  await using trained = await selectiveRun();
  const folder = await exportTo("hf", trained);
  const { text } = await runPython(["-c", await shownLines(folder, "python")], { cwd: folder });
  const { tensors } = await readCheckpoint(`${trained.run}/best.safetensors`);
  const values = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  assert.equal(text, `MARN ${values} values, 5 tokens\n`);
});

Deno.test("a folder for PyTorch holds the best checkpoint's weights under their names", async () => {
  await using trained = await TrainedRun.create();
  const folder = await exportTo("hf", trained);
  const { tensors } = decodeSafetensors(await Deno.readFile(`${folder}/model.safetensors`));
  const own = await readCheckpoint(`${trained.run}/best.safetensors`);
  assert.deepEqual(new Set(tensors.keys()), new Set(own.tensors.keys()));
  for (const [name, tensor] of tensors) assert.deepEqual(tensor, own.tensors.get(name), name);
});

Deno.test("an export is replaced with --force alone, and nothing else is ever", async () => {
  await using trained = await TrainedRun.create();
  const folder = await exportTo("hf", trained);
  const args = ["--to", "onnx", "--out", folder];
  const refused = await trained.command("export", args);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /it exists; expected a new directory/);
  assert.equal((await trained.command("export", [...args, "--force"])).code, 2, "a note is there");
  await Deno.remove(`${folder}/note.txt`);
  assert.equal((await trained.command("export", [...args, "--force"])).code, 0);
  await assert.rejects(Deno.stat(`${folder}/model.safetensors`));
  const run = await trained.command("export", ["--to", "hf", "--out", trained.run, "--force"]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /^error: replacing .*is not what this command writes/m);
});

Deno.test("a system without an expression in ONNX says so in one line", async () => {
  const sizes = ["hidden=8", "layers=1", "heads=2", "intermediate=8", "documentLayers=1"];
  await using trained = await TrainedRun.create({}, {
    model: "mdbert",
    set: sizes.map((size) => `model.${size}`),
  });
  const out = `${trained.directory}/onnx`;
  const { code, stderr } = await trained.command("export", ["--to", "onnx", "--out", out]);
  assert.equal(code, 2);
  assert.match(stderr, /^error: exporting mdbert to ONNX: .*--to hf\n$/);
  await assert.rejects(Deno.stat(out));
});
