import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readCheckpoint } from "../../model/run/checkpoint.ts";
import { decodeSafetensors } from "../../pipeline/files/safetensors.ts";
import { browserTest } from "../_support/browser.ts";
import { serveFiles } from "../_support/file_server.ts";
import { nodeHas, nodeModules } from "../_support/node_packages.ts";
import { pythonHas, runPython } from "../_support/python.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { runTask } from "../_support/run_task.ts";
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

/** Writes a folder's lines for Node with their result as JSON. */
async function writeNodeLines(folder: string, runtime: string): Promise<void> {
  const lines = (await shownLines(folder, "js")).replace("onnxruntime-node", runtime);
  const printed = lines.replace(/console\.log\((.*)\);\n$/, "console.log(JSON.stringify($1));\n");
  await Deno.writeTextFile(`${folder}/code.mjs`, printed);
}

/** What a program prints in a folder, as JSON. */
async function printedBy(program: string, args: readonly string[], cwd: string): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text).sort();
}

Deno.test("the README's lines for Node code a note as predict does", async () => {
  await using trained = await selectiveRun();
  const folder = await exportTo("onnx", trained);
  await writeNodeLines(folder, "onnxruntime-web"); // the same interface, with code of its own
  const flags = ["run", "--allow-read", "--allow-env", "--allow-sys", "--config", config];
  const codes = await printedBy(Deno.execPath(), [...flags, "code.mjs"], folder);
  assert.deepEqual(codes, await assignedCodes(trained));
});

const packages = ["onnxruntime-node", "@huggingface/tokenizers"];
Deno.test({
  name: "the README's lines code a note in Node itself as predict does",
  ignore: !await nodeHas("a README's lines for Node", packages),
}, async () => {
  await using trained = await selectiveRun();
  const folder = await exportTo("onnx", trained);
  await writeNodeLines(folder, "onnxruntime-node");
  await Deno.symlink(nodeModules!, `${folder}/node_modules`);
  assert.deepEqual(await printedBy("node", ["code.mjs"], folder), await assignedCodes(trained));
});

/** The files that the README tells to copy out of packages. */
const COPIED: { readonly [file: string]: string } = {
  "ort.wasm.bundle.min.mjs": "onnxruntime-web",
  "ort-wasm-simd-threaded.wasm": "onnxruntime-web",
  "tokenizers.min.mjs": "@huggingface/tokenizers",
};

browserTest("the README's page codes a note in a browser as predict does", async (open) => {
  await using trained = await selectiveRun();
  const folder = await exportTo("onnx", trained);
  await Deno.writeTextFile(`${folder}/index.html`, await shownLines(folder, "html"));
  const root = fileURLToPath(new URL("../../node_modules/", import.meta.url));
  await using server = serveFiles((name) =>
    COPIED[name] ? `${root}${COPIED[name]}/dist/${name}` : `${folder}/${name}`
  );
  const { page } = await open(`${server.address}index.html`);
  await page.waitForFunction("document.body?.textContent.trim()");
  const shown = await page.evaluate("document.body.textContent") as string;
  assert.deepEqual(shown.trim().split(" ").sort(), await assignedCodes(trained));
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
  assert.match(
    run.stderr,
    /^error: writing .*: it is or lies in .*, whose files belong together;/m,
  );
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

Deno.test("an evaluated run is exported with its thresholds and its calibration", async () => {
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 12, test: 2 } });
  const { code, stderr } = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(code, 0, stderr);
  const folder = await exportTo("onnx", trained);
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(path));
  const { calibration, thresholds } = await read(`${folder}/config.json`);
  const kept = await read(`${trained.run}/calibration.json`);
  assert.deepEqual(calibration, kept.tasks);
  assert.ok(kept.tasks.icd.calibration.temperature > 0);
  for (const task of TASKS) assert.ok(thresholds[task] > 0 && thresholds[task] < 1, task);
});

Deno.test("there is no export to TensorFlow.js, which says why and what opens in a browser", async () => {
  const args = ["--run", "run", "--to", "tfjs", "--out", "out"];
  const { code, stderr } = await runTask("export", args);
  assert.equal(code, 2);
  assert.match(stderr, /^error: .*'tfjs' is invalid\. TensorFlow\.js has no GRU .*--to onnx .*$/m);
});
